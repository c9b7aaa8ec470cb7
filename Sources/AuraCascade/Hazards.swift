package import AuraBase
internal import AuraGraph
package import AuraKernels
internal import Glibc

/// What makes an agent likely to fail by itself.
package enum Symptom: Int, CaseIterable, Sendable {
  case utilisation, errors, queue, latency, retries, memory, silence, status

  /// The metric that shows it.
  package var metric: String {
    switch self {
    case .utilisation: "load"
    case .errors: "error_rate"
    case .queue: "queue"
    case .latency: "latency_ms"
    case .retries: "attempts_per_call"
    case .memory: "memory_bytes"
    case .silence: "liveness_age_s"
    case .status: "status"
    }
  }

  /// How much the symptom at its critical value adds, next to one that kills.
  var weight: Double {
    switch self {
    case .utilisation, .errors, .memory, .silence: 1
    case .queue: 0.5
    case .retries, .status: 0.5
    case .latency: 0.25
    }
  }

  /// Value at which the symptom starts to matter and value at which it is critical.
  var range: (low: Double, high: Double) {
    switch self {
    case .utilisation: (0.8, 1)  // load / capacity
    case .errors: (0.02, 0.5)
    case .queue: (1, 10)  // seconds of work that wait
    case .latency: (3, 20)  // times what is usual
    case .retries: (1.2, 3)
    case .memory: (0.8, 1)  // of the limit
    case .silence: (30, 120)
    case .status: (0, 1)
    }
  }

  /// 0 when healthy, 1 when critical, at most 3; never falls when the value rises, 0 when the value is unknown.
  package func severity(_ value: Double) -> Double {
    let (low, high) = range
    guard value > low else { return 0 }
    return min(3, (value - low) / (high - low))
  }
}

/// How likely each agent is to fail by itself, from its symptoms.
///
/// An agent's rate of failing is that of a healthy one plus, for each symptom, its weight times the cube of its
/// severity, over the time that an agent in critical state lasts. Severity is 0 up to the value where the symptom
/// starts to matter and 1 at the critical value. When history shows a metric rising, it is extended along a straight
/// line, and from the step at which it becomes critical the agent has the critical rate.
///
/// The numbers are priors that an operator can argue with (`healthy_s`, `critical_s`), not fitted to anyone's system.
/// Rates never fall when a symptom worsens, and an agent of which nothing is known has the rate of a healthy one.
package struct Hazards: Sendable {
  package struct Settings: Sendable {
    /// Mean time to failure of a healthy agent.
    let healthy_s: Double
    /// Mean time to failure of an agent with one critical symptom.
    let critical_s: Double
    let step_s: Double
  }

  package let settings: Settings
  package let steps: Int
  /// Failures a step, before and after `turn`.
  package private(set) var early: [Double]
  package private(set) var late: [Double]
  package private(set) var turn: [Double]
  /// Severity of each symptom now (agent by symptom), and of the trend's symptom when it turns critical.
  package private(set) var severities: [Double]
  /// The symptom that will turn critical, -1 for none.
  package private(set) var rising: [Int8]
  /// A world's 64 bits below this mean that the agent fails by itself within the horizon.
  private var bound: [UInt64]
  private var listed: [Int32] = []

  package init(_ network: CascadeNetwork, trends: Trends, settings: Settings, steps: Int) {
    let n = network.count
    let kinds = Symptom.allCases.count
    self.settings = settings
    self.steps = steps
    early = [Double](repeating: 0, count: n)
    late = early
    turn = [Double](repeating: .infinity, count: n)
    severities = [Double](repeating: 0, count: n * kinds)
    rising = [Int8](repeating: -1, count: n)
    bound = [UInt64](repeating: 0, count: n)
    let healthy = settings.step_s / settings.healthy_s
    let critical = settings.step_s / settings.critical_s
    let metrics = network.metrics
    let usual = trends.usualLatency_ms
    let words = metrics.status?.words.map(Self.severity(ofStatus:)) ?? []
    for i in 0..<n {
      if network.down[i] || network.isolated[i] != 0 { continue }
      var rate = healthy
      func add(_ symptom: Symptom, _ value: Double) {
        let severity = symptom.severity(value)
        if severity == 0 { return }
        severities[i * kinds + symptom.rawValue] = severity
        rate += symptom.weight * severity * severity * severity * critical
      }
      let capacity = network.capacity[i]
      if capacity > 0 { add(.utilisation, network.load[i] / capacity) }
      if !network.restarted[i] {
        if let errors = metrics.errorRate { add(.errors, errors[i]) }
        if let queue = metrics.queue, capacity > 0 { add(.queue, queue[i] / capacity) }
        if let latency = metrics.latency_ms, usual[i] > 0 { add(.latency, latency[i] / usual[i]) }
        if let attempts = metrics.attempts { add(.retries, attempts[i]) }
        if let memory = metrics.memory, let limit = metrics.memoryLimit, limit[i] > 0 {
          add(.memory, memory[i] / limit[i])
        }
        if let silence = metrics.silence_s { add(.silence, silence[i]) }
        if let status = metrics.status, status.codes[i] >= 0 { add(.status, words[Int(status.codes[i])]) }
      }
      early[i] = rate
      late[i] = rate
      for (symptom, step) in trends.crossings(of: i, in: network, step_s: settings.step_s) where step < turn[i] {
        if step > Double(steps) { continue }
        let now = severities[i * kinds + symptom.rawValue]
        if now >= 1 { continue }
        turn[i] = max(0, step)
        rising[i] = Int8(symptom.rawValue)
        late[i] = rate + symptom.weight * (1 - now * now * now) * critical
      }
    }
    for i in 0..<n {
      let horizon = Double(steps)
      let exposure = early[i] * min(turn[i], horizon) + late[i] * max(0, horizon - turn[i])
      bound[i] = AuraKernels.Contagion.chance(-expm1(-exposure))
      if bound[i] > 0 { listed.append(Int32(i)) }
    }
  }

  private static func severity(ofStatus word: String) -> Double {
    switch word {
    case "degraded", "warning", "unhealthy", "slow": 0.7
    case "critical", "failing": 1
    default: 0
    }
  }

  /// Probability of failing by itself within the horizon.
  package func probability(_ i: Int) -> Double {
    let horizon = Double(steps)
    return -expm1(-(early[i] * min(turn[i], horizon) + late[i] * max(0, horizon - turn[i])))
  }

  /// Enters the failures that come by themselves. One draw an agent: a world that is unlucky for an agent stays
  /// unlucky for it when something is changed elsewhere.
  package func draw(into trace: CascadeTrace, _ dice: Dice) {
    listed.withUnsafeBufferPointer { listed in
      bound.withUnsafeBufferPointer { bound in
        for entry in listed {
          let i = Int(entry)
          let bits = dice.bits(i)
          if bits < bound[i] {
            let u = Double(bits >> 11) * 0x1p-53
            trace.failByItself(i, at: step(i, u))
          }
        }
      }
    }
  }

  /// The step at which an agent with luck `u` fails: where its accumulated rate reaches -log(1 - u).
  @inline(never)
  private func step(_ i: Int, _ u: Double) -> Int {
    let need = -log1p(-u)
    let before = early[i] * turn[i]
    let t = !turn[i].isFinite || need <= before ? need / early[i] : turn[i] + (need - before) / late[i]
    return min(steps, max(1, Int(min(t, Double(steps))) + 1))
  }

  /// What raised the hazard of an agent, largest first, as shares of its rate at the end of the horizon.
  package func contributions(_ i: Int) -> [(symptom: Symptom, share: Double, turning: Bool)] {
    let kinds = Symptom.allCases.count
    let critical = settings.step_s / settings.critical_s
    guard late[i] > 0 else { return [] }
    var out: [(symptom: Symptom, share: Double, turning: Bool)] = []
    for symptom in Symptom.allCases {
      let severity = severities[i * kinds + symptom.rawValue]
      let turning = Int(rising[i]) == symptom.rawValue
      let cube = turning ? 1 : severity * severity * severity
      if cube > 0 { out.append((symptom, symptom.weight * cube * critical / late[i], turning)) }
    }
    return out.sorted { $0.share > $1.share || ($0.share == $1.share && $0.symptom.rawValue < $1.symptom.rawValue) }
  }
}

/// Where metrics are heading: straight lines through what was measured before.
package struct Trends: Sendable {
  /// Rise a second for each agent; empty when there is no history of the metric.
  private var slopes: [Int: [Double]] = [:]
  /// Latency that is usual for each agent: the median of its history, else of the network.
  package private(set) var usualLatency_ms: [Double]

  package init(_ network: CascadeNetwork) {
    let n = network.count
    let metrics = network.metrics
    usualLatency_ms = [Double](repeating: .nan, count: n)
    if let latency = metrics.latency_ms {
      var known = latency.array.filter { !$0.isNaN }
      if !known.isEmpty {
        known.sort()
        usualLatency_ms = [Double](repeating: known[known.count / 2], count: n)
      }
    }
    if metrics.history.isEmpty { return }
    for symptom in [Symptom.utilisation, .errors, .queue, .memory] {
      if let lines = Self.lines(metrics.history, symptom.metric, n) { slopes[symptom.rawValue] = lines }
    }
    var past = [[Double]](repeating: [], count: n)
    for frame in metrics.history.series("latency_ms").frames {
      for k in 0..<frame.values.count {
        let i = frame.agents.map { Int($0[k]) } ?? k
        if i < n && !frame.values[k].isNaN { past[i].append(frame.values[k]) }
      }
    }
    for i in 0..<n where past[i].count >= 5 {
      past[i].sort()
      usualLatency_ms[i] = past[i][past[i].count / 2]
    }
  }

  /// Least-squares slopes; not a number with fewer than four measurements or a fit that explains less than half.
  private static func lines(_ history: History, _ metric: String, _ n: Int) -> [Double]? {
    let frames = history.series(metric).frames
    guard frames.count >= 4, let last = frames.last?.time else { return nil }
    var c = [Double](repeating: 0, count: n), t = c, y = c, tt = c, ty = c, yy = c
    for frame in frames {
      let time = frame.time - last
      for k in 0..<frame.values.count {
        let i = frame.agents.map { Int($0[k]) } ?? k
        let value = frame.values[k]
        if i >= n || value.isNaN { continue }
        c[i] += 1
        t[i] += time
        y[i] += value
        tt[i] += time * time
        ty[i] += time * value
        yy[i] += value * value
      }
    }
    return (0..<n).map { i in
      guard c[i] >= 4 else { return .nan }
      let spread = tt[i] - t[i] * t[i] / c[i]
      let joint = ty[i] - t[i] * y[i] / c[i]
      let total = yy[i] - y[i] * y[i] / c[i]
      guard spread > 0, total > 0, joint * joint >= 0.5 * spread * total else { return .nan }
      return joint / spread
    }
  }

  /// Steps from now until a rising metric of the agent becomes critical.
  func crossings(of i: Int, in network: CascadeNetwork, step_s: Double) -> [(Symptom, Double)] {
    if slopes.isEmpty { return [] }
    var out: [(Symptom, Double)] = []
    func cross(_ symptom: Symptom, _ value: Double, _ scale: Double) {
      guard let slope = slopes[symptom.rawValue]?[i], slope > 0, scale > 0, !value.isNaN else { return }
      let ahead = (symptom.range.high * scale - value) / slope / step_s
      if ahead.isFinite { out.append((symptom, ahead)) }
    }
    cross(.utilisation, network.load[i], network.capacity[i])
    if network.restarted[i] { return out }
    if let errors = network.metrics.errorRate { cross(.errors, errors[i], 1) }
    if let queue = network.metrics.queue { cross(.queue, queue[i], network.capacity[i]) }
    if let memory = network.metrics.memory, let limit = network.metrics.memoryLimit {
      cross(.memory, memory[i], limit[i])
    }
    return out
  }
}
