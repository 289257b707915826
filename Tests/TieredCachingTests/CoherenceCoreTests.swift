import Testing

@testable import TieredCaching

/// A worker's core, and the moves that tests make often.
struct CoreDriver {
  var core = CoherenceCore(policy: policy, workerID: "w")

  static let policy = CachePolicy(
    stalenessBound: .seconds(1), timeToLive: .seconds(60), staleLimit: .seconds(10), retryDelay: .milliseconds(500))

  static func manifest(_ x: Int64, _ y: Int64 = 1, lifetime: String = "a", floors: [PartID: Revision] = [:]) -> Manifest
  {
    Manifest(lifetime: lifetime, revisions: [.x: Revision(x), .y: Revision(y)], floors: floors)
  }

  static func shared(
    _ manifest: Manifest, stamp: String = "1", isComplete: Bool = true, overrides: [PartID: PartOverride] = [:],
    incarnation: Int? = 1
  ) -> SharedCheck {
    let shared = SharedManifest(
      stamp: SharedStamp(nonce: "n", stamp: stamp), isComplete: isComplete, lifetime: manifest.lifetime,
      revisions: manifest.revisions, floors: manifest.floors, overrides: overrides)
    return SharedCheck(.manifest(shared), incarnation: incarnation)
  }

  /// A worker that has loaded a state at zero from the database, without a shared tier.
  static func holding(_ manifest: Manifest) -> CoreDriver {
    var driver = CoreDriver()
    _ = driver.core.sharedFailed(now: .zero)
    driver.load(manifest, at: .zero)
    return driver
  }

  /// The database says that it has a state, and a flight gets it.
  mutating func load(_ manifest: Manifest, at now: Duration) {
    let actions = core.databaseChecked(manifest, requestedAt: now, now: now)
    for case .load(let flight, let known, _) in actions {
      _ = core.loaded(manifest, parts: manifest.parts(differingFrom: known), flight: flight, requestedAt: now, now: now)
      _ = core.installed(flight: flight, now: now)
    }
  }

  /// The flight that is to load what differs from a state.
  mutating func startLoad(of manifest: Manifest, at now: Duration) throws -> Int {
    let actions = core.databaseChecked(manifest, requestedAt: now, now: now)
    return try #require(actions.compactMap { if case .load(let flight, _, _) = $0 { flight } else { nil } }.first)
  }
}

extension PartID {
  static let x = PartID("x")
  static let y = PartID("y")
}

@Suite("Coherence protocol: what readers get")
struct CoherenceReadTests {
  private typealias Driver = CoreDriver

  @Test("A reader waits only while there is nothing to serve")
  func emptyCoreWaits() {
    let core = Driver().core
    #expect(core.read(now: .zero) == .wait)
    #expect(core.failure(now: .zero).description == "the catalog is still being loaded")
  }

  @Test(
    "A value is fresh within the bound, stale up to the limit, and refused beyond",
    arguments: [
      (Duration.milliseconds(1_000), CoherenceCore.ReadDecision.serve(.fresh, age: .seconds(1))),
      (.milliseconds(1_001), .serve(.stale, age: .milliseconds(1_001))),
      (.seconds(11), .serve(.stale, age: .seconds(11))),
      (.milliseconds(11_001), .refuse),
    ])
  func freshness(age: Duration, expected: CoherenceCore.ReadDecision) {
    #expect(Driver.holding(Driver.manifest(1)).core.read(now: age) == expected)
  }

  @Test("A strict reader gets as fresh only what was confirmed after it began")
  func strict() {
    let core = Driver.holding(Driver.manifest(1)).core
    #expect(core.read(now: .milliseconds(2), since: .zero) == .serve(.fresh, age: .milliseconds(2)))
    #expect(core.read(now: .milliseconds(2), since: .milliseconds(1)) == .serve(.stale, age: .milliseconds(2)))
  }

  @Test("A slow answer confirms the time of its question, not of its arrival")
  func slowAnswer() {
    var driver = Driver.holding(Driver.manifest(1))
    _ = driver.core.databaseChecked(Driver.manifest(1), requestedAt: .milliseconds(100), now: .milliseconds(1_200))
    #expect(driver.core.read(now: .milliseconds(1_200)) == .serve(.stale, age: .milliseconds(1_100)))
  }

  @Test("A late confirmation does not take back a newer one")
  func lateConfirmation() {
    var driver = Driver.holding(Driver.manifest(1))
    _ = driver.core.databaseChecked(Driver.manifest(1), requestedAt: .seconds(2), now: .seconds(2))
    _ = driver.core.databaseChecked(Driver.manifest(1), requestedAt: .seconds(1), now: .seconds(3))
    #expect(driver.core.confirmedAt == .seconds(2))
  }

  @Test("What outlived its time to live is stale although its revision is confirmed, and then refused")
  func timeToLive() {
    var driver = Driver.holding(Driver.manifest(1))
    for (second, expected) in [
      (60, CoherenceCore.ReadDecision.serve(.fresh, age: .zero)), (61, .serve(.stale, age: .zero)), (71, .refuse),
    ] {
      let now = Duration.seconds(second)
      _ = driver.core.databaseChecked(Driver.manifest(1), requestedAt: now, now: now)
      #expect(driver.core.read(now: now) == expected)
    }
  }

  @Test("A failure changes nothing but the reason, until the next confirmation")
  func failureIsNotData() {
    var driver = Driver.holding(Driver.manifest(1))
    driver.core.databaseFailed("disk on fire")
    #expect(driver.core.held == Driver.manifest(1))
    #expect(driver.core.lastFailure == "disk on fire")
    _ = driver.core.databaseChecked(Driver.manifest(1), requestedAt: .seconds(1), now: .seconds(1))
    #expect(driver.core.lastFailure == nil)
  }

  @Test("What was purged is not served, not even as stale, until a newer state is held")
  func purge() throws {
    var driver = Driver.holding(Driver.manifest(1))
    let purged = Driver.manifest(2, floors: [.x: Revision(2)])
    let flight = try driver.startLoad(of: purged, at: .milliseconds(10))
    #expect(driver.core.read(now: .milliseconds(10)) == .refusePurged)
    _ = driver.core.loadFailed("down", flight: flight, now: .milliseconds(20))
    #expect(driver.core.read(now: .milliseconds(20)) == .refusePurged)
    driver.load(purged, at: .seconds(1))
    #expect(driver.core.read(now: .seconds(1)) == .serve(.fresh, age: .zero))
  }

  @Test("A change without a purge leaves the old state to be served while the new one is got")
  func changeIsNotPurge() throws {
    var driver = Driver.holding(Driver.manifest(1))
    _ = try driver.startLoad(of: Driver.manifest(2), at: .milliseconds(10))
    #expect(driver.core.read(now: .milliseconds(10)) == .serve(.fresh, age: .milliseconds(10)))
    #expect(
      driver.core.read(now: .milliseconds(20), since: .milliseconds(10)) == .serve(.stale, age: .milliseconds(20)))
  }
}

@Suite("Coherence protocol: what a database says of itself, and what was kept on disk")
struct CoherenceNoticeTests {
  private typealias Driver = CoreDriver

  @Test("A notice makes a worker look, unless it knows the revision already")
  func notices() {
    var driver = Driver.holding(Driver.manifest(3))
    #expect(driver.core.noticed(.raised(.x, Revision(3))).isEmpty)
    #expect(driver.core.noticed(.raised(.x, Revision(4))) == [.checkDatabase])
    #expect(driver.core.noticed(.raised(PartID("new"), Revision(1))) == [.checkDatabase])
    #expect(driver.core.noticed(.unknown) == [.checkDatabase])
  }

  @Test("What was kept is served as stale until its limit, and as fresh only once it was confirmed")
  func restored() {
    var driver = Driver()
    let isHeld = driver.core.restore(
      Driver.manifest(2), age: .seconds(100), limit: .seconds(300), now: .seconds(1))
    #expect(isHeld)
    #expect(driver.core.read(now: .seconds(1)) == .serve(.stale, age: .seconds(100)))
    #expect(driver.core.read(now: .seconds(201)) == .serve(.stale, age: .seconds(300)))
    #expect(driver.core.read(now: .seconds(202)) == .refuse)
    _ = driver.core.sharedFailed(now: .seconds(2))
    let actions = driver.core.databaseChecked(Driver.manifest(2), requestedAt: .seconds(2), now: .seconds(2))
    #expect(actions.isEmpty, "nothing differs, so nothing is loaded")
    #expect(driver.core.read(now: .seconds(2)) == .serve(.fresh, age: .zero))
  }

  @Test("What was kept gives way to a database that has gone back, and to a purge that is known")
  func restoredAhead() {
    var driver = Driver()
    _ = driver.core.restore(Driver.manifest(9), age: .seconds(1), limit: .seconds(300), now: .zero)
    _ = driver.core.sharedFailed(now: .zero)
    driver.load(Driver.manifest(8), at: .seconds(1))
    #expect(driver.core.held == Driver.manifest(8))
    #expect(driver.core.read(now: .seconds(1)) == .serve(.fresh, age: .zero))

    var purged = Driver()
    let known = Driver.manifest(9)
    let floors = Manifest(lifetime: known.lifetime, revisions: known.revisions, floors: [.x: Revision(9)])
    _ = purged.core.databaseChecked(floors, requestedAt: .zero, now: .zero)
    _ = purged.core.restore(Driver.manifest(2), age: .seconds(1), limit: .seconds(300), now: .zero)
    #expect(purged.core.read(now: .zero) == .refusePurged)
  }

  @Test("What was kept never replaces what is held, and is not held beyond its limit")
  func notRestored() {
    var holding = Driver.holding(Driver.manifest(3))
    let replaces = holding.core.restore(Driver.manifest(2), age: .zero, limit: .seconds(300), now: .zero)
    #expect(!replaces && holding.core.held == Driver.manifest(3))
    var late = Driver()
    let isHeld = late.core.restore(Driver.manifest(2), age: .seconds(300), limit: .seconds(300), now: .zero)
    #expect(!isHeld && late.core.held == nil)
  }
}

@Suite("Coherence protocol: only forward")
struct CoherenceOrderTests {
  private typealias Driver = CoreDriver

  @Test("Only what differs is asked for")
  func loadsDifference() {
    var driver = Driver.holding(Driver.manifest(1))
    let actions = driver.core.databaseChecked(Driver.manifest(2), requestedAt: .seconds(1), now: .seconds(1))
    #expect(
      actions == [
        .load(flight: 2, known: Manifest(lifetime: "a", revisions: [.y: Revision(1)]), wanted: Driver.manifest(2))
      ])
  }

  @Test(
    "A load that is older than what is known, in any part, is refused",
    arguments: [
      CoreDriver.manifest(2, 3), CoreDriver.manifest(9, 2), Manifest(lifetime: "a", revisions: [.x: Revision(9)]),
    ])
  func noResurrection(older: Manifest) throws {
    var driver = Driver.holding(Driver.manifest(1))
    let flight = try driver.startLoad(of: Driver.manifest(3, 3), at: .seconds(1))
    let actions = driver.core.loaded(older, parts: [.x], flight: flight, requestedAt: .seconds(1), now: .seconds(2))
    #expect(actions.isEmpty)
    #expect(driver.core.held == Driver.manifest(1))
    #expect(driver.core.target == Driver.manifest(3, 3))
    #expect(driver.core.lastFailure?.contains("older state") == true)
  }

  @Test("The answer to a flight that was given up does nothing")
  func lateFlight() throws {
    var driver = Driver.holding(Driver.manifest(1))
    let flight = try driver.startLoad(of: Driver.manifest(2), at: .seconds(1))
    _ = driver.core.loadFailed("too slow", flight: flight, now: .seconds(2))
    #expect(!driver.core.isWaiting(in: .loading, of: flight))
    let actions = driver.core.loaded(
      Driver.manifest(2), parts: [.x], flight: flight, requestedAt: .seconds(1), now: .seconds(3))
    #expect(actions.isEmpty)
    #expect(driver.core.held == Driver.manifest(1))
  }

  @Test("A load that failed is tried again after a delay, not at once")
  func retryDelay() throws {
    var driver = Driver.holding(Driver.manifest(1))
    let flight = try driver.startLoad(of: Driver.manifest(2), at: .seconds(1))
    _ = driver.core.loadFailed("down", flight: flight, now: .seconds(1))
    let early = driver.core.tick(now: .milliseconds(1_499), random: 1)
    #expect(!early.contains { $0.isLoad })
    let later = driver.core.tick(now: .milliseconds(1_500), random: 1)
    #expect(later.contains { $0.isLoad })
  }

  @Test("A state is installed once")
  func installation() throws {
    var driver = Driver.holding(Driver.manifest(1))
    let flight = try driver.startLoad(of: Driver.manifest(2), at: .seconds(1))
    _ = driver.core.loaded(Driver.manifest(2), parts: [.x], flight: flight, requestedAt: .seconds(1), now: .seconds(1))
    let first = driver.core.installed(flight: flight, now: .seconds(1))
    #expect(first.replaces)
    let second = driver.core.installed(flight: flight, now: .seconds(2))
    #expect(!second.replaces)
    #expect(driver.core.held == Driver.manifest(2))
  }

  @Test("Another database replaces what is held, whatever its revisions, and an answer of the old one is of the past")
  func newLifetime() {
    var driver = Driver.holding(Driver.manifest(9))
    driver.load(Driver.manifest(1, lifetime: "b"), at: .seconds(1))
    #expect(driver.core.held == Driver.manifest(1, lifetime: "b"))
    _ = driver.core.databaseChecked(Driver.manifest(10), requestedAt: .milliseconds(900), now: .seconds(2))
    #expect(driver.core.target == Driver.manifest(1, lifetime: "b"))
  }

  @Test("A part comes anew when its time to live ends, unless what the shared tier has is the same copy")
  func renewal() throws {
    var driver = Driver.holding(Driver.manifest(1))
    _ = driver.core.sharedChecked(Driver.shared(Driver.manifest(1)), requestedAt: .seconds(59), now: .seconds(59))
    let actions = driver.core.tick(now: .seconds(60), random: 1)
    let labels = [PartID.x: PartLabel(revision: Revision(1)), .y: PartLabel(revision: Revision(1))]
    #expect(actions.contains(.fetch(flight: 2, labels, lifetime: "a")))
    // One part was loaded by somebody else since, the other is the copy that ends.
    let found = [PartID.x: Duration.seconds(50), .y: .zero]
    let next = driver.core.fetched(found, flight: 2, requestedAt: .seconds(60), now: .seconds(60))
    #expect(next.contains { if case .acquireLease = $0 { true } else { false } })
    let load = driver.core.leaseAnswered(true, token: "w.1", flight: 2, now: .seconds(60))
    #expect(load == [.fetch(flight: 2, [.y: PartLabel(revision: Revision(1))], lifetime: "a")])
  }
}

extension CoherenceCore.Action {
  var isLoad: Bool { if case .load = self { true } else { false } }
}
