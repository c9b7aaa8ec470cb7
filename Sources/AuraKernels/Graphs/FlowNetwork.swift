package import AuraBase

/// A network made ready for flows: each link is known at both ends, and each end knows the other. Built once, then
/// shared by any number of searches.
package struct FlowNetwork: Sendable {
  let rows: Adjacency
  /// For each entry of the rows, the entry of the same link at its other end; of a self loop itself.
  let mates: Column<Int32>
  /// What may flow out over each entry when nothing flows yet.
  let rooms: Column<Int64>
  let links: Int

  /// - Parameters:
  ///   - rows: both ends of every link (`.both`).
  ///   - sources: where each link begins; nil when links carry both ways.
  ///   - capacities: one for each link, 0 or more; their sum is below 2^61.
  /// - Complexity: O(*n* + *m*).
  /// - Throws: `.memory`.
  package init(_ rows: Adjacency, sources: Span<Int32>?, capacities: Span<Int64>) throws(AuraError) {
    try self.init(rows, links: capacities.count, sources: sources) { capacities[$0] }
  }

  /// The same, with a link's capacity asked for where it is needed. Which link an entry came from is forgotten, so that
  /// `FlowSearch.flows` cannot be asked.
  init(forgetful rows: Adjacency, links count: Int, sources: Span<Int32>?, capacity: (_ link: Int) -> Int64)
    throws(AuraError)
  {
    let whole = try FlowNetwork(rows, links: count, sources: sources, capacity: capacity)
    self.rows = Adjacency(count: rows.count, starts: rows.starts, neighbours: rows.neighbours, links: Column(Buffer()))
    mates = whole.mates
    rooms = whole.rooms
    links = count
  }

  private init(_ rows: Adjacency, links count: Int, sources: Span<Int32>?, capacity: (_ link: Int) -> Int64)
    throws(AuraError)
  {
    var firsts = try Buffer<Int32>(repeating: -1, count: count)
    var mates = try Buffer<Int32>(repeating: 0, count: rows.entries)
    var rooms = try Buffer<Int64>(repeating: 0, count: rows.entries)
    do {
      let starts = rows.starts.span, links = rows.links.span, neighbours = rows.neighbours.span
      var first = firsts.mutableSpan, mate = mates.mutableSpan, room = rooms.mutableSpan
      for i in 0..<rows.count {
        for e in Int(starts[i])..<Int(starts[i + 1]) {
          let k = Int(links[e])
          mate[e] = Int32(truncatingIfNeeded: e)
          if neighbours[e] == Int32(truncatingIfNeeded: i) { continue }
          if first[k] < 0 {
            first[k] = Int32(truncatingIfNeeded: e)
          } else {
            mate[e] = first[k]
            mate[Int(first[k])] = Int32(truncatingIfNeeded: e)
          }
          if let sources, sources[k] != Int32(truncatingIfNeeded: i) { continue }
          room[e] = capacity(k)
        }
      }
    }
    self.rows = rows
    self.mates = Column(mates)
    self.rooms = Column(rooms)
    links = count
  }
}

/// Finds the most that can flow from some agents to others, one question after the other on one network.
///
/// Looks for ways from both ends at once, always on from the end that has fewer links to look at, and fills all
/// shortest ways before it looks anew. A search that ends near one of its ends never sees the rest of the network.
///
/// - Complexity: at most *n* rounds of O(*m*) and O(*n*) for each way that is filled; with capacities of 1,
///   O(*m* √*m*). One unit of work a link end looked at.
/// - Source: Dinitz 1970; from both ends as in Bläsius, Friedrich and Weyand 2021, doi:10.4230/LIPIcs.ESA.2021.22.
package struct FlowSearch: ~Copyable {
  private let network: FlowNetwork
  /// What may still flow out over each entry.
  private let left: Scratch<Int64>
  /// Steps from the nearest source and to the nearest sink, -1 where not known.
  private let ahead: Scratch<Int32>
  private let behind: Scratch<Int32>
  /// Agents in the order in which they were found from either end.
  private let fromSources: Scratch<Int32>
  private let fromSinks: Scratch<Int32>
  /// The next entry to try on the way back to a source, or on to a sink.
  private let backs: Scratch<Int32>
  private let ons: Scratch<Int32>
  private let way: Scratch<Int32>
  /// Entries over which something was made to flow, each link once, and whether an entry is among them.
  private let touched: Scratch<Int32>
  private let isTouched: Scratch<Bool>
  private let state: Scratch<Int>

  // What stands in `state`.
  /// How many agents were found from either end.
  private static let sourceCount = 0, sinkCount = 1
  /// 1 when the sources' end had nowhere left to go, when no way was found any more.
  private static let closedAtSources = 2
  private static let touchedCount = 3

  /// - Throws: `.memory`.
  package init(_ network: FlowNetwork) throws(AuraError) {
    let n = network.rows.count
    let left = try Scratch<Int64>(repeating: 0, count: network.rooms.count)
    let ahead = try Scratch<Int32>(repeating: -1, count: n)
    let behind = try Scratch<Int32>(repeating: -1, count: n)
    let fromSources = try Scratch<Int32>(repeating: 0, count: n)
    let fromSinks = try Scratch<Int32>(repeating: 0, count: n)
    let backs = try Scratch<Int32>(repeating: 0, count: n)
    let ons = try Scratch<Int32>(repeating: 0, count: n)
    let way = try Scratch<Int32>(repeating: 0, count: n + 1)
    let touched = try Scratch<Int32>(repeating: 0, count: network.links)
    let isTouched = try Scratch<Bool>(repeating: false, count: network.rooms.count)
    let state = try Scratch(repeating: 0, count: 4)
    Self.fill(left, with: network.rooms)
    self.network = network
    self.left = left
    self.ahead = ahead
    self.behind = behind
    self.fromSources = fromSources
    self.fromSinks = fromSinks
    self.backs = backs
    self.ons = ons
    self.way = way
    self.touched = touched
    self.isTouched = isTouched
    self.state = state
  }

  private static func fill(_ left: borrowing Scratch<Int64>, with rooms: Column<Int64>) {
    let room = rooms.span
    var left = left.all
    for e in room.indices { left[e] = room[e] }
  }

  /// Lets as much flow as can, or as `limit` says.
  ///
  /// - Parameters:
  ///   - sources: agents that may give without bound; `sinks`: agents that may take without bound. No agent is both.
  /// - Returns: how much more than before flows now.
  /// - Throws: `.limit`, `.cancelled`, `.memory`.
  package func flow(
    from sources: Span<Int32>, to sinks: Span<Int32>, limit: Int64 = .max, work: Work
  ) throws(AuraError) -> Int64 {
    var value: Int64 = 0
    while value < limit {
      let steps = try meet(sources, sinks, work: work)
      if steps < 0 { break }
      value += try fill(Int32(truncatingIfNeeded: steps), limit - value, work: work)
    }
    return value
  }

  /// Searches from both ends until they meet; returns how many steps from the sources that is, or -1 when no way is
  /// left.
  private func meet(
    _ sources: Span<Int32>, _ sinks: Span<Int32>, work: Work
  ) throws(AuraError) -> Int {
    let starts = network.rows.starts.span, neighbours = network.rows.neighbours.span, mate = network.mates.span
    let left = left.all
    var ahead = ahead.all, behind = behind.all, state = state.all
    var queueS = fromSources.all, queueT = fromSinks.all, back = backs.all, on = ons.all
    for k in 0..<state[Self.sourceCount] { ahead[Int(queueS[k])] = -1 }
    for k in 0..<state[Self.sinkCount] { behind[Int(queueT[k])] = -1 }
    var (endS, endT) = (0, 0)
    var (costS, costT) = (0, 0)
    for k in sources.indices where ahead[Int(sources[k])] < 0 {
      let v = Int(sources[k])
      ahead[v] = 0
      queueS[endS] = sources[k]
      endS &+= 1
      costS &+= Int(starts[v &+ 1] &- starts[v]) &+ 1
    }
    for k in sinks.indices where behind[Int(sinks[k])] < 0 {
      let v = Int(sinks[k])
      behind[v] = 0
      queueT[endT] = sinks[k]
      endT &+= 1
      costT &+= Int(starts[v &+ 1] &- starts[v]) &+ 1
      on[v] = starts[v]
    }
    state[Self.sourceCount] = endS
    state[Self.sinkCount] = endT
    var (beginS, beginT) = (0, 0)
    var (stepS, stepT): (Int32, Int32) = (0, 0)
    while true {
      if beginS == endS || beginT == endT {
        state[Self.closedAtSources] = beginS == endS ? 1 : 0
        try work.spend(1)
        return -1
      }
      var met = false
      if costS <= costT {
        try work.spend(costS)
        costS = 0
        stepS &+= 1
        let last = endS
        for q in beginS..<last {
          let v = Int(queueS[q])
          for e in Int(starts[v])..<Int(starts[v &+ 1]) where left[e] > 0 {
            let w = Int(neighbours[e])
            if ahead[w] >= 0 { continue }
            ahead[w] = stepS
            back[w] = starts[w]
            queueS[endS] = neighbours[e]
            endS &+= 1
            costS &+= Int(starts[w &+ 1] &- starts[w]) &+ 1
            if behind[w] >= 0 { met = true }
          }
        }
        beginS = last
        state[Self.sourceCount] = endS
      } else {
        try work.spend(costT)
        costT = 0
        stepT &+= 1
        let last = endT
        for q in beginT..<last {
          let v = Int(queueT[q])
          for e in Int(starts[v])..<Int(starts[v &+ 1]) {
            let w = Int(neighbours[e])
            if behind[w] >= 0 || left[Int(mate[e])] == 0 { continue }
            behind[w] = stepT
            on[w] = starts[w]
            queueT[endT] = neighbours[e]
            endT &+= 1
            costT &+= Int(starts[w &+ 1] &- starts[w]) &+ 1
            if ahead[w] >= 0 { met = true }
          }
        }
        beginT = last
        state[Self.sinkCount] = endT
      }
      if met { return Int(stepS) }
    }
  }

  /// Fills shortest ways through the agents that are `steps` from the sources, until each has a link that is full.
  private func fill(_ steps: Int32, _ limit: Int64, work: Work) throws(AuraError) -> Int64 {
    let starts = network.rows.starts.span, neighbours = network.rows.neighbours.span, mate = network.mates.span
    var left = left.all, back = backs.all, on = ons.all, way = way.all
    var touched = touched.all, isTouched = isTouched.all, state = state.all
    let ahead = ahead.all, behind = behind.all, queueS = fromSources.all
    let sourceCount = state[Self.sourceCount]
    // The last layer stands at the end of the queue, unless the other end has come to it.
    var first = sourceCount
    while first > 0 && ahead[Int(queueS[first &- 1])] == steps { first &-= 1 }
    var value: Int64 = 0
    for q in first..<sourceCount {
      let middle = Int(queueS[q])
      if behind[middle] < 0 { continue }
      var open = true
      while open && value < limit {
        var room = limit &- value
        // Back to a source: the way so far is way[0..<length], entries of the agents nearer to the middle.
        var v = middle
        var length = 0
        while ahead[v] > 0 {
          var e = Int(back[v])
          let end = Int(starts[v &+ 1])
          let wanted = ahead[v] &- 1
          while e < end && (ahead[Int(neighbours[e])] != wanted || left[Int(mate[e])] == 0) { e &+= 1 }
          back[v] = Int32(truncatingIfNeeded: e)
          if e < end {
            way[length] = Int32(truncatingIfNeeded: e)
            length &+= 1
            v = Int(neighbours[e])
          } else if length > 0 {
            length &-= 1
            v = Int(neighbours[Int(mate[Int(way[length])])])
            back[v] &+= 1
          } else {
            open = false
            break
          }
        }
        if !open { break }
        let half = length
        v = middle
        while behind[v] > 0 {
          var e = Int(on[v])
          let end = Int(starts[v &+ 1])
          let wanted = behind[v] &- 1
          while e < end && (behind[Int(neighbours[e])] != wanted || left[e] == 0) { e &+= 1 }
          on[v] = Int32(truncatingIfNeeded: e)
          if e < end {
            way[length] = Int32(truncatingIfNeeded: e)
            length &+= 1
            v = Int(neighbours[e])
          } else if length > half {
            length &-= 1
            v = Int(neighbours[Int(mate[Int(way[length])])])
            on[v] &+= 1
          } else {
            open = false
            break
          }
        }
        if !open { break }
        for k in 0..<length {
          let e = Int(way[k])
          room = min(room, left[k < half ? Int(mate[e]) : e])
        }
        for k in 0..<length {
          let e = Int(way[k])
          let along = k < half ? Int(mate[e]) : e
          left[along] &-= room
          left[Int(mate[along])] &+= room
          let once = min(e, Int(mate[e]))
          if !isTouched[once] {
            isTouched[once] = true
            touched[state[Self.touchedCount]] = Int32(truncatingIfNeeded: once)
            state[Self.touchedCount] &+= 1
          }
        }
        value &+= room
        try work.spend(length)
      }
    }
    return value
  }

  /// After a flow that no limit ended: which agents lie on the sources' side of a smallest cut, as true, in `side`.
  ///
  /// - Parameter nearest: the side is as small as it can be; else either that or as large as it can be, whichever is
  ///   known already.
  /// - Throws: `.limit`, `.cancelled`.
  package func cut(
    from sources: Span<Int32>, nearest: Bool, side: inout MutableSpan<Bool>, work: Work
  ) throws(AuraError) {
    let closed = state.all[Self.closedAtSources] == 1
    if !closed && !nearest {
      for i in side.indices { side[i] = true }
      let queue = fromSinks.all, state = state.all
      for k in 0..<state[Self.sinkCount] { side[Int(queue[k])] = false }
      return
    }
    if !closed { try reach(from: sources, work: work) }
    for i in side.indices { side[i] = false }
    let queue = fromSources.all, state = state.all
    for k in 0..<state[Self.sourceCount] { side[Int(queue[k])] = true }
  }

  /// Finds all that more could flow to from the sources.
  private func reach(from sources: Span<Int32>, work: Work) throws(AuraError) {
    let starts = network.rows.starts.span, neighbours = network.rows.neighbours.span
    let left = left.all
    var ahead = ahead.all, queue = fromSources.all, state = state.all
    for k in 0..<state[Self.sourceCount] { ahead[Int(queue[k])] = -1 }
    var end = 0
    for k in sources.indices where ahead[Int(sources[k])] < 0 {
      ahead[Int(sources[k])] = 0
      queue[end] = sources[k]
      end &+= 1
    }
    var q = 0
    while q < end {
      let v = Int(queue[q])
      q &+= 1
      let row = Int(starts[v])..<Int(starts[v &+ 1])
      try work.spend(row.count)
      for e in row where left[e] > 0 {
        let w = Int(neighbours[e])
        if ahead[w] >= 0 { continue }
        ahead[w] = 0
        queue[end] = neighbours[e]
        end &+= 1
      }
    }
    state[Self.sourceCount] = end
  }

  /// What flows over each link, from its source to its target; negative the other way.
  ///
  /// - Throws: `.memory`.
  package func flows(sources: Span<Int32>) throws(AuraError) -> Buffer<Int64> {
    var flows = try Buffer<Int64>(repeating: 0, count: network.links)
    let starts = network.rows.starts.span, links = network.rows.links.span, room = network.rooms.span
    let left = left.all
    var flow = flows.mutableSpan
    for i in 0..<network.rows.count {
      for e in Int(starts[i])..<Int(starts[i + 1]) where sources[Int(links[e])] == Int32(truncatingIfNeeded: i) {
        flow[Int(links[e])] = room[e] - left[e]
      }
    }
    return flows
  }

  /// Takes back all that flows, in the time that it took to fill it.
  package func clear() {
    let room = network.rooms.span, mate = network.mates.span, used = touched.all
    var left = left.all, isTouched = isTouched.all, state = state.all
    for k in 0..<state[Self.touchedCount] {
      let e = Int(used[k])
      isTouched[e] = false
      left[e] = room[e]
      left[Int(mate[e])] = room[Int(mate[e])]
    }
    state[Self.touchedCount] = 0
  }

  /// Ways, by agents, that share no link and carry one unit each of what flows; no way passes an agent twice.
  ///
  /// - Parameter limit: how many to tell at most.
  /// - Throws: `.limit`, `.cancelled`, `.memory`.
  package func ways(
    from sources: Span<Int32>, to sinks: Span<Int32>, limit: Int, work: Work
  ) throws(AuraError) -> [[Int32]] {
    let n = network.rows.count
    let starts = network.rows.starts.span, neighbours = network.rows.neighbours.span, room = network.rooms.span
    let left = left.all
    var nexts = try Buffer<Int32>(repeating: 0, count: n)
    var places = try Buffer<Int32>(repeating: -1, count: n)  // on the way that is being followed
    var begins = try Buffer<Bool>(repeating: false, count: n)
    var ends = try Buffer<Bool>(repeating: false, count: n)
    for i in 0..<n { nexts[i] = starts[i] }
    for k in sources.indices { begins[Int(sources[k])] = true }
    for k in sinks.indices { ends[Int(sinks[k])] = true }
    var out: [[Int32]] = []
    for k in sources.indices {
      follow: while out.count < limit {
        var trail = Buffer<Int32>()
        var v = Int(sources[k])
        while true {
          if begins[v] || places[v] >= 0 {
            // Another source, or a way round in a circle: what came before does not count.
            let kept = begins[v] ? 0 : Int(places[v])
            while trail.count > kept { if let w = trail.popLast() { places[Int(w)] = -1 } }
          }
          places[v] = Int32(truncatingIfNeeded: trail.count)
          try trail.append(Int32(truncatingIfNeeded: v))
          if ends[v] { break }
          var e = Int(nexts[v])
          while e < Int(starts[v + 1]) && room[e] <= left[e] { e += 1 }
          try work.spend(e - Int(nexts[v]) + 1)
          nexts[v] = Int32(truncatingIfNeeded: e + 1)
          if e >= Int(starts[v + 1]) {
            nexts[v] = Int32(truncatingIfNeeded: e)
            // Only at a source can nothing be left.
            for j in 0..<trail.count { places[Int(trail[j])] = -1 }
            break follow
          }
          v = Int(neighbours[e])
        }
        for j in 0..<trail.count { places[Int(trail[j])] = -1 }
        out.append((0..<trail.count).map { trail[$0] })
      }
    }
    return out
  }
}
