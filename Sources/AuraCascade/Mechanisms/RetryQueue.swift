package import AuraBase
package import AuraCatalogue
package import AuraGraph
package import AuraKernels

/// `AuraKernels.RetryQueue` fitted to a network.
package struct RetryQueueModel: CascadeModel {
  package let count: Int
  let callees: WeightedRows
  let callers: WeightedRows
  let external: Column<Double>
  let rate: Column<Double>
  let room: Column<Double>
  let patience: Column<Double>
  let queue: Column<Double>
  let finished: Column<Double>
  let physics: AuraKernels.RetryQueue.Physics

  package struct Settings: Sendable {
    package var step_s = 1.0
    package var headroom = 0.5
    package var roomSteps = 6.0
    package var patience = 3
    package var physics = AuraKernels.RetryQueue.Physics()
    package init() {}
  }

  /// What the metrics do not say is filled in so that the network as measured is at rest: arrivals are `calls_per_s`,
  /// else `load`, else what reaches an agent when each gets one request a second from outside and passes on four of
  /// five; calls on links are `calls_per_s`, else the caller's arrivals by strength, never more than the callee gets;
  /// what no caller accounts for comes from outside; rates are `capacity`, else `headroom` above the arrivals.
  package init(_ network: CascadeNetwork, _ settings: Settings) throws(AuraError) {
    let n = network.count
    count = n
    physics = settings.physics
    let metrics = network.metrics
    // The calls of one caller by strength, adding up to 1.
    let links = network.strengths.count
    let both = !network.directed
    var total = [Double](repeating: 0, count: n)
    func each(_ body: (Int, Int, Int) -> Void) {
      for k in 0..<links where network.strengths[k] > 0 && network.sources[k] != network.targets[k] {
        body(k, Int(network.sources[k]), Int(network.targets[k]))
        if both { body(k, Int(network.targets[k]), Int(network.sources[k])) }
      }
    }
    each { k, caller, _ in total[caller] += network.strengths[k] }
    var arrivals = [Double](repeating: .nan, count: n)
    for i in 0..<n {
      if let calls = metrics.calls_per_s?[i], calls >= 0 { arrivals[i] = calls }
      if arrivals[i].isNaN && network.load[i] >= 0 { arrivals[i] = network.load[i] }
    }
    if arrivals.contains(where: \.isNaN) {
      var guess = [Double](repeating: 1, count: n)
      for _ in 0..<60 {
        var next = [Double](repeating: 1, count: n)
        each { k, caller, callee in next[callee] += 0.8 * guess[caller] * network.strengths[k] / total[caller] }
        guess = next
      }
      for i in 0..<n where arrivals[i].isNaN { arrivals[i] = guess[i] }
    }
    let rates = (0..<n).map { i in
      network.capacity[i] > 0 ? network.capacity[i] : arrivals[i] * (1 + settings.headroom) * network.boost[i]
    }
    let done = (0..<n).map { min(arrivals[$0], rates[$0]) }
    func measured(_ k: Int) -> Double? {
      guard k < network.originalLinks, let calls = metrics.linkCalls?[k], calls >= 0 else { return nil }
      return both ? calls / 2 : calls
    }
    var inflow = [Double](repeating: 0, count: n)
    each { k, caller, callee in
      inflow[callee] += measured(k) ?? 0.8 * done[caller] * network.strengths[k] / total[caller]
    }
    let scale = (0..<n).map { inflow[$0] > arrivals[$0] && inflow[$0] > 0 ? arrivals[$0] / inflow[$0] : 1 }
    var from: [Int32] = [], to: [Int32] = [], per: [Double] = [], share: [Double] = []
    var waits = [Double](repeating: 0, count: n)
    each { k, caller, callee in
      let calls = (measured(k) ?? 0.8 * done[caller] * network.strengths[k] / total[caller]) * scale[callee]
      from.append(Int32(caller))
      to.append(Int32(callee))
      per.append(done[caller] > 0 ? calls / done[caller] : 0)
      share.append(calls)
      waits[caller] += calls
    }
    for k in share.indices { share[k] = waits[Int(from[k])] > 0 ? share[k] / waits[Int(from[k])] : 0 }
    callees = try WeightedRows(count: n, sources: from.span, targets: to.span, strengths: share.span, sense: .out)
    callers = try WeightedRows(count: n, sources: from.span, targets: to.span, strengths: per.span, sense: .into)
    let step = settings.step_s
    external = try Column((0..<n).map { max(0, arrivals[$0] - inflow[$0] * scale[$0]) * network.admitted[$0] * step })
    rate = try Column(rates.map { max($0, 1e-9) * step })
    room = try Column(rates.map { max($0, 1e-9) * step * settings.roomSteps })
    patience = try Column([Double](repeating: Double(settings.patience), count: n))
    queue = try Column(
      (0..<n).map { i in
        guard let waiting = metrics.queue?[i], waiting > 0, !network.restarted[i] else { return 0 }
        return min(waiting, max(rates[i], 1e-9) * step * settings.roomSteps)
      })
    finished = try Column(done.map { $0 * step })
  }

  package var usesChance: Bool { false }

  package func player(_ work: Work) throws(AuraError) -> Player {
    let kernel = try AuraKernels.RetryQueue(
      callees: callees, callers: callers, external: external, rate: rate, room: room, patience: patience,
      queue: queue.span, finished: finished.span, physics: physics)
    return Player { trace, _ throws(AuraError) in try kernel.run(trace, work: work) }
  }
}

/// Who crashes when slow or dead agents block their callers and retries fill the queues.
///
/// - Complexity: O(links of agents whose state still changes) a step.
/// - Source: Bronson et al. 2021, doi:10.1145/3458336.3465286.
package enum RetryQueue: SpreadingMechanism {
  package static let card = Card(
    id: "cascade.retry_queue", since: "0.1",
    summary: "Who crashes when slow or dead agents block their callers and retries fill the queues.",
    reference: "Bronson et al. 2021, doi:10.1145/3458336.3465286",
    cost:
      "O(links of agents whose state still changes) a step; 1,000 worlds of 60 steps on 1,000 agents with five failures each take one to three seconds"
  )

  package struct Parameters: CascadeParameters {
    package var agents: [AgentID] = []
    package var runs = 1
    package var steps: Int?
    var model = RetryQueueModel.Settings()
    package init() {}
    package static let fields: [Field<Self>] =
      common + [
        .real("step_s", \.model.step_s, in: 1e-3...86_400, unit: "s", "Length of a step."),
        .real(
          "headroom", \.model.headroom, in: 0...1_000,
          "Reserve of agents without a capacity, as a share of their arrivals."),
        .real("retries", \.model.physics.retries, in: 0...100, "Extra calls for each call that failed."),
        .real(
          "timeout_steps", \.model.physics.timeout, in: 0.01...1_000, unit: "steps",
          "Time after which a call counts as failed."),
        .real("blocking", \.model.physics.blocking, in: 0...100, "How much a slow callee slows its caller."),
        .real(
          "room_steps", \.model.roomSteps, in: 0.1...10_000, unit: "steps",
          "Work that can wait, in steps of the agent's rate."),
        .integer(
          "patience_steps", \.model.patience, in: 1...10_000, unit: "steps",
          "Time with the room three quarters full until the agent crashes."),
      ]
  }

  package static let knownAnswers = [
    KnownAnswer(
      "agent 0 has 10 % in reserve and waits for 1 alone: the dead callee takes 7 x 0.35 of its speed away, so its room "
        + "for 3 steps of work fills, and it crashes; 1 itself calls nobody",
      on: .directed(2, [(0, 1)]).metric("load", [10, 8]).metric("capacity", [11, 20]),
      with: ["agents": [1], "room_steps": 3, "patience_steps": 2], expect: ["size": ["mean": 2]]),
    KnownAnswer(
      "a callee that loses its caller only has less to do",
      on: .directed(2, [(0, 1)]).metric("load", [10, 8]).metric("capacity", [11, 20]), with: ["agents": [0]],
      expect: ["size": ["mean": 1]]),
    KnownAnswer(
      "with three and a half times the rate it needs, the caller bears the dead callee",
      on: .directed(2, [(0, 1)]).metric("load", [10, 8]).metric("capacity", [35, 20]), with: ["agents": [1]],
      expect: ["size": ["mean": 1]]),
  ]

  package static func run(_ view: TopologyView, _ parameters: Parameters) throws(AuraError) -> CascadeAnswer {
    let network = try CascadeNetwork(view)
    let model = try RetryQueueModel(network, parameters.model)
    return try parameters.answer(view, network, model, steps: 100)
  }
}
