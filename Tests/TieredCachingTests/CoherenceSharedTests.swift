import Testing

@testable import TieredCaching

@Suite("Coherence protocol: the shared tier")
struct CoherenceSharedTests {
  private typealias Driver = CoreDriver

  private let labels = [PartID.x: PartLabel(revision: Revision(1)), .y: PartLabel(revision: Revision(1))]

  /// A worker that asked both and has the shared tier's state confirmed.
  private func trusting(_ manifest: Manifest) -> Driver {
    var driver = Driver.holding(manifest)
    _ = driver.core.sharedChecked(Driver.shared(manifest), requestedAt: .zero, now: .zero)
    _ = driver.core.databaseChecked(manifest, requestedAt: .zero, now: .zero)
    return driver
  }

  @Test("Before the shared tier has answered or failed nothing is loaded; then from where it can be had")
  func firstLoad() {
    var unknown = Driver()
    let nothing = unknown.core.databaseChecked(Driver.manifest(1), requestedAt: .zero, now: .zero)
    #expect(nothing.isEmpty)

    var down = unknown
    let load = down.core.sharedFailed(now: .zero)
    #expect(load == [.load(flight: 1, known: nil, wanted: Driver.manifest(1))])

    var up = unknown
    let check = Driver.shared(Driver.manifest(1))
    let fetch = up.core.sharedChecked(check, requestedAt: .zero, now: .zero)
    #expect(fetch == [.fetch(flight: 1, labels, lifetime: "a")])

    var absent = unknown
    let actions = absent.core.sharedChecked(
      SharedCheck(.absent, incarnation: 1), requestedAt: .zero, now: .zero)
    #expect(actions == [.begin(lifetime: "a", nonce: "w.1"), .fetch(flight: 1, labels, lifetime: "a")])
  }

  @Test("With the shared tier alone a worker serves what it finds there, marked stale, until the database has answered")
  func databaseDown() {
    var driver = Driver()
    let now = Duration.seconds(5)
    _ = driver.core.sharedChecked(Driver.shared(Driver.manifest(1)), requestedAt: now, now: now)
    let found = [PartID.x: Duration.seconds(9), .y: .seconds(9)]
    let actions = driver.core.fetched(found, flight: 1, requestedAt: now, now: now)
    #expect(actions == [.install(flight: 1, Driver.manifest(1))])
    _ = driver.core.installed(flight: 1, now: now)
    #expect(driver.core.read(now: now) == .serve(.stale, age: now))
    _ = driver.core.databaseChecked(Driver.manifest(1), requestedAt: now, now: now)
    #expect(driver.core.read(now: now) == .serve(.fresh, age: .zero))
  }

  @Test("What is unchanged in the shared tier is confirmed, as of the question")
  func unchanged() {
    var driver = trusting(Driver.manifest(1))
    let check = SharedCheck(.unchanged, incarnation: 1)
    _ = driver.core.sharedChecked(check, requestedAt: .seconds(2), now: .seconds(3))
    #expect(driver.core.confirmedAt == .seconds(2))
  }

  @Test(
    "A new connection, or a tier that nobody else writes to, confirms nothing until the database was asked after it")
  func incarnation() {
    var driver = trusting(Driver.manifest(1))
    let check = SharedCheck(.unchanged, incarnation: 2)
    _ = driver.core.sharedChecked(check, requestedAt: .seconds(2), now: .seconds(2))
    #expect(driver.core.confirmedAt == .zero)
    // Asked before the connection was known.
    _ = driver.core.databaseChecked(Driver.manifest(1), requestedAt: .seconds(1), now: .seconds(3))
    _ = driver.core.sharedChecked(check, requestedAt: .seconds(3), now: .seconds(3))
    #expect(driver.core.confirmedAt == .seconds(1))
    _ = driver.core.databaseChecked(Driver.manifest(1), requestedAt: .seconds(4), now: .seconds(4))
    _ = driver.core.sharedChecked(check, requestedAt: .seconds(5), now: .seconds(5))
    #expect(driver.core.confirmedAt == .seconds(5))
    _ = driver.core.sharedChecked(SharedCheck(.unchanged, incarnation: nil), requestedAt: .seconds(6), now: .seconds(6))
    #expect(driver.core.confirmedAt == .seconds(5))
  }

  @Test("An answer that was overtaken by the answer to a later question changes nothing")
  func overtaken() {
    var driver = overridden()
    let before = driver.core
    let actions = driver.core.sharedChecked(
      SharedCheck(.absent, incarnation: 1), requestedAt: .milliseconds(999), now: .seconds(2))
    #expect(actions.isEmpty)
    #expect(driver.core == before)
  }

  @Test("Lost shared data is started anew, and filled only with what the database said after that")
  func loss() {
    var driver = trusting(Driver.manifest(1))
    let lost = driver.core.sharedChecked(
      SharedCheck(.absent, incarnation: 1), requestedAt: .seconds(1), now: .seconds(1))
    #expect(lost == [.begin(lifetime: "a", nonce: "w.1")])
    driver.core.began(nonce: "w.1", now: .seconds(2))
    let early = driver.core.databaseChecked(Driver.manifest(1), requestedAt: .seconds(1), now: .seconds(2))
    #expect(early.isEmpty)
    let late = driver.core.databaseChecked(Driver.manifest(1), requestedAt: .seconds(2), now: .seconds(3))
    #expect(late == [.complete(nonce: "w.1", Driver.manifest(1), stamp: "w.2")])
  }

  @Test("An unfinished shared manifest is not taken for a state; the worker fills it")
  func incomplete() {
    var driver = trusting(Driver.manifest(1))
    let check = Driver.shared(Driver.manifest(5), isComplete: false)
    let nothing = driver.core.sharedChecked(check, requestedAt: .seconds(1), now: .seconds(1))
    #expect(nothing.isEmpty)
    #expect(driver.core.target == Driver.manifest(1))
    let actions = driver.core.databaseChecked(Driver.manifest(1), requestedAt: .seconds(2), now: .seconds(2))
    #expect(actions == [.complete(nonce: "n", Driver.manifest(1), stamp: "w.1")])
  }

  @Test("A manifest to fill, or of another database, that is seen again and again is not new each time")
  func seenAgain() {
    var driver = trusting(Driver.manifest(1))
    let incomplete = Driver.shared(Driver.manifest(5), isComplete: false)
    _ = driver.core.sharedChecked(incomplete, requestedAt: .seconds(1), now: .seconds(1))
    _ = driver.core.sharedChecked(incomplete, requestedAt: .seconds(3), now: .seconds(3))
    // Asked between the two, and answered after both: a database that takes its time.
    let filling = driver.core.databaseChecked(Driver.manifest(1), requestedAt: .seconds(2), now: .seconds(4))
    #expect(filling == [.complete(nonce: "n", Driver.manifest(1), stamp: "w.1")])

    driver = trusting(Driver.manifest(1))
    let foreign = Driver.shared(Manifest(lifetime: "other", revisions: [:]))
    _ = driver.core.sharedChecked(foreign, requestedAt: .seconds(1), now: .seconds(1))
    _ = driver.core.sharedChecked(foreign, requestedAt: .seconds(3), now: .seconds(3))
    let replacing = driver.core.databaseChecked(Driver.manifest(1), requestedAt: .seconds(2), now: .seconds(4))
    #expect(replacing.contains { if case .begin = $0 { true } else { false } })
  }

  @Test("A shared manifest of another database is replaced only once the database was asked after it was seen")
  func foreign() {
    var driver = trusting(Driver.manifest(1))
    let check = Driver.shared(Driver.manifest(1, lifetime: "b"))
    let seen = driver.core.sharedChecked(check, requestedAt: .seconds(1), now: .seconds(1))
    #expect(seen == [.checkDatabase])
    let early = driver.core.databaseChecked(Driver.manifest(1), requestedAt: .milliseconds(900), now: .seconds(1))
    #expect(early.isEmpty)
    let actions = driver.core.databaseChecked(Driver.manifest(1), requestedAt: .seconds(1), now: .seconds(1))
    #expect(actions == [.begin(lifetime: "a", nonce: "w.1")])
  }

  @Test("What the database knows and the shared manifest does not is raised there, once")
  func raise() {
    var driver = trusting(Driver.manifest(1))
    let actions = driver.core.databaseChecked(Driver.manifest(2), requestedAt: .seconds(1), now: .seconds(1))
    #expect(actions.contains(.raise(Driver.manifest(2), stamp: "w.1")))
    let again = driver.core.databaseChecked(Driver.manifest(2), requestedAt: .seconds(2), now: .seconds(2))
    #expect(!again.contains { if case .raise = $0 { true } else { false } })
  }

  @Test("Who does not get the lease waits, and looks again when something is announced")
  func leaseDenied() {
    var driver = trusting(Driver.manifest(1))
    _ = driver.core.databaseChecked(Driver.manifest(2), requestedAt: .seconds(1), now: .seconds(1))
    let wanted = [PartID.x: PartLabel(revision: Revision(2))]
    let lease = driver.core.fetched([:], flight: 2, requestedAt: .seconds(1), now: .seconds(1))
    #expect(lease == [.acquireLease(flight: 2, token: "w.2")])
    _ = driver.core.leaseAnswered(false, token: "w.2", flight: 2, now: .seconds(1))
    let actions = driver.core.announced(now: .seconds(2))
    #expect(actions.contains(.fetch(flight: 2, wanted, lifetime: "a")))
    let found = driver.core.fetched([.x: .seconds(9)], flight: 2, requestedAt: .seconds(2), now: .seconds(2))
    #expect(found == [.install(flight: 2, Driver.manifest(2))])
  }

  @Test("A load under the lease is shared, with the token that ends the lease; a lease for nothing is given back")
  func leaseGranted() {
    var driver = trusting(Driver.manifest(1))
    _ = driver.core.databaseChecked(Driver.manifest(2), requestedAt: .seconds(1), now: .seconds(1))
    _ = driver.core.fetched([:], flight: 2, requestedAt: .seconds(1), now: .seconds(1))
    _ = driver.core.leaseAnswered(true, token: "w.2", flight: 2, now: .seconds(1))
    var late = driver
    // Somebody else has just shared it.
    let found = late.core.fetched([.x: .seconds(9)], flight: 2, requestedAt: .seconds(1), now: .seconds(1))
    #expect(found == [.releaseLease(token: "w.2"), .install(flight: 2, Driver.manifest(2))])

    let load = driver.core.fetched([:], flight: 2, requestedAt: .seconds(1), now: .seconds(1))
    #expect(load.contains { $0.isLoad })
    let beat = driver.core.tick(now: .seconds(2), random: 1)
    #expect(beat.contains(.renewLease(token: "w.2")))
    let actions = driver.core.loaded(
      Driver.manifest(2), parts: [.x], flight: 2, requestedAt: .seconds(1), now: .seconds(2))
    let labels = [PartID.x: PartLabel(revision: Revision(2))]
    #expect(actions.contains(.share(labels, Driver.manifest(2), stamp: "w.3", token: "w.2")))
  }

  @Test("A lease that is granted when nobody waits for it any more is given back")
  func lateLease() {
    var driver = trusting(Driver.manifest(1))
    let actions = driver.core.leaseAnswered(true, token: "old", flight: 7, now: .seconds(1))
    #expect(actions == [.releaseLease(token: "old")])
  }

  // MARK: Parts that were cached by hand

  private func overridden() -> Driver {
    var driver = trusting(Driver.manifest(1))
    let override = PartOverride(base: Revision(1), token: "hand")
    let check = Driver.shared(Driver.manifest(1), stamp: "2", overrides: [.x: override])
    _ = driver.core.sharedChecked(check, requestedAt: .seconds(1), now: .seconds(1))
    return driver
  }

  @Test("Content that was cached by hand is fetched under its own label, and held until it ends")
  func override() {
    var driver = overridden()
    #expect(driver.core.target?.overrides == [.x: "hand"])
    let actions = driver.core.fetched([.x: .seconds(5)], flight: 2, requestedAt: .seconds(1), now: .seconds(1))
    #expect(actions == [.install(flight: 2, Driver.manifest(1).replacing(overrides: [.x: "hand"]))])
    _ = driver.core.installed(flight: 2, now: .seconds(1))
    #expect(driver.core.held?.overrides == [.x: "hand"])
    // Its end is the end of the content, and not early.
    driver.core.loadDuration = .seconds(1)
    let check = SharedCheck(.unchanged, incarnation: 1)
    _ = driver.core.sharedChecked(check, requestedAt: .milliseconds(5_900), now: .milliseconds(5_900))
    let early = driver.core.tick(now: .milliseconds(5_900), random: 0.001)
    #expect(!early.contains { $0.isFetch })
    let late = driver.core.tick(now: .seconds(6), random: 1)
    #expect(late.contains { $0.isFetch })
  }

  @Test("Content that was cached by hand and is gone is given up, for everybody")
  func lostOverride() {
    var driver = overridden()
    let actions = driver.core.fetched([:], flight: 2, requestedAt: .seconds(1), now: .seconds(1))
    #expect(actions.first == .dropOverride(.x, token: "hand", stamp: "w.1"))
    #expect(driver.core.target == Driver.manifest(1))
  }

  @Test("Content that was cached by hand yields to the next revision")
  func overriddenRevision() {
    var driver = overridden()
    _ = driver.core.databaseChecked(Driver.manifest(2), requestedAt: .seconds(2), now: .seconds(2))
    #expect(driver.core.target?.overrides == [:])
  }

  @Test("Without the shared tier nobody can say whether content cached by hand still stands: the database's is served")
  func overrideWithoutSharedTier() {
    var driver = overridden()
    _ = driver.core.sharedFailed(now: .seconds(1))
    _ = driver.core.tick(now: .seconds(2), random: 1)
    #expect(driver.core.target?.overrides == [.x: "hand"])
    _ = driver.core.tick(now: .milliseconds(2_001), random: 1)
    #expect(driver.core.target?.overrides == [:])
  }
}

extension CoherenceCore.Action {
  var isFetch: Bool { if case .fetch = self { true } else { false } }
}
