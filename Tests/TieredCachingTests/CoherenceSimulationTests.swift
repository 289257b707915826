import TestSupport
import Testing
import TieredCaching

/// One worker's core against a model of a database, on a virtual clock, with answers that are late, lost and out of order.
private struct Simulation {
  /// The states that the database went through, with the time of each commit.
  private var history: [(at: Duration, manifest: Manifest)]
  private var core: CoherenceCore
  private var random: SplitMix64
  private var now: Duration = .zero
  private var pending: [Pending] = []
  private let policy: CachePolicy
  private(set) var violations: [String] = []
  private(set) var freshReads = 0
  private(set) var staleReads = 0

  private enum Answer {
    case manifest(Manifest)
    case delta(Manifest, isFull: Bool)
    case failure
  }

  /// An answer on its way.
  private struct Pending {
    let requestedAt: Duration
    let arrivesAt: Duration
    let answer: Answer
  }

  init(seed: UInt64) {
    policy = CachePolicy(timeToLive: .seconds(20), staleLimit: .seconds(10))
    random = SplitMix64(seed: seed)
    core = CoherenceCore(policy: policy)
    history = [(.zero, Manifest(lifetime: "a", revisions: [PartID("x"): Revision(1), PartID("y"): Revision(1)]))]
  }

  mutating func run(steps: Int) {
    for _ in 0..<steps {
      now += .milliseconds(Int.random(in: 0...120, using: &random))
      deliver()
      switch Int.random(in: 0..<10, using: &random) {
      case 0, 1: commit()
      case 2: replaceDatabase()
      case 3...6: request { .manifest($0) }
      default: read()
      }
    }
  }

  private var current: Manifest { history[history.count - 1].manifest }

  private mutating func commit() {
    var revisions = current.revisions
    let part = PartID(["x", "y", "z"].randomElement(using: &random) ?? "x")
    revisions[part] = Revision((revisions[part]?.number ?? 0) + 1)
    history.append((now, Manifest(lifetime: current.lifetime, revisions: revisions)))
  }

  private mutating func replaceDatabase() {
    guard Int.random(in: 0..<20, using: &random) == 0 else { return }
    history.append((now, Manifest(lifetime: "life \(history.count)", revisions: [PartID("x"): Revision(1)])))
  }

  /// Asks the database, which looks at its state at once; the answer is on its way for up to three seconds, or is lost.
  private mutating func request(_ answer: (Manifest) -> Answer) {
    let delay = Duration.milliseconds(Int.random(in: 0...(Bool.random(using: &random) ? 50 : 3_000), using: &random))
    let isLost = Int.random(in: 0..<8, using: &random) == 0
    pending.append(
      Pending(requestedAt: now, arrivesAt: now + delay, answer: isLost ? .failure : answer(current)))
  }

  private mutating func deliver() {
    let due = pending.filter { $0.arrivesAt <= now }.sorted { $0.arrivesAt < $1.arrivesAt }
    pending.removeAll { $0.arrivesAt <= now }
    for message in due {
      let before = core.held
      switch message.answer {
      case .manifest(let manifest):
        if case .load(let known) = core.checked(manifest, requestedAt: message.requestedAt) {
          request { .delta($0, isFull: known?.lifetime != $0.lifetime) }
        }
      case .delta(let manifest, let isFull):
        _ = core.loaded(manifest, isFull: isFull, requestedAt: message.requestedAt)
      case .failure: core.failed("lost")
      }
      checkMonotonic(from: before)
    }
  }

  private mutating func checkMonotonic(from before: Manifest?) {
    guard let before, let after = core.held, before != after else { return }
    guard let old = index(of: before), let new = index(of: after) else {
      violations.append("holds a state that the database never had")
      return
    }
    if new < old { violations.append("went back from state \(old) to state \(new) at \(now)") }
  }

  private func index(of manifest: Manifest) -> Int? { history.firstIndex { $0.manifest == manifest } }

  private mutating func read() {
    switch core.read(now: now) {
    case .wait:
      if core.held != nil { violations.append("waits although it holds a value") }
    case .refuse:
      if now - core.confirmedAt <= policy.stalenessBound + policy.staleLimit {
        violations.append("refuses a value within the stale limit at \(now)")
      }
    case .serve(.stale, _): staleReads += 1
    case .serve(.fresh, _):
      freshReads += 1
      guard let held = core.held, let index = index(of: held) else { return }
      // The state that followed the held one must have been committed within the staleness bound.
      if index + 1 < history.count, now - history[index + 1].at > policy.stalenessBound {
        violations.append("serves as fresh at \(now) what was replaced at \(history[index + 1].at)")
      }
    }
  }
}

@Suite("Coherence under a simulator")
struct CoherenceSimulationTests {
  @Test("No schedule of late, lost and reordered answers breaks a guarantee", arguments: 0..<20)
  func guaranteesHold(block: UInt64) {
    for seed in (block * 100)..<((block + 1) * 100) {
      var simulation = Simulation(seed: seed)
      simulation.run(steps: 400)
      #expect(simulation.violations.isEmpty, "seed \(seed): \(simulation.violations.first ?? "")")
    }
  }

  @Test("The simulator reaches fresh and stale reads, so that the checks above mean something")
  func simulationIsNotEmpty() {
    var fresh = 0
    var stale = 0
    for seed in 0..<50 as Range<UInt64> {
      var simulation = Simulation(seed: seed)
      simulation.run(steps: 400)
      fresh += simulation.freshReads
      stale += simulation.staleReads
    }
    #expect(fresh > 300)
    #expect(stale > 300)
  }
}
