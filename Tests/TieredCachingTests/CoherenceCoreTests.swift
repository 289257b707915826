import Testing
import TieredCaching

@Suite("Coherence protocol")
struct CoherenceCoreTests {
  private let policy = CachePolicy(stalenessBound: .seconds(1), timeToLive: .seconds(60), staleLimit: .seconds(10))

  private func manifest(_ x: Int64, _ y: Int64 = 1, lifetime: String = "a") -> Manifest {
    Manifest(lifetime: lifetime, revisions: [PartID("x"): Revision(x), PartID("y"): Revision(y)])
  }

  private func loaded(_ manifest: Manifest, at time: Duration = .zero) -> CoherenceCore {
    var core = CoherenceCore(policy: policy)
    _ = core.loaded(manifest, isFull: true, requestedAt: time)
    return core
  }

  @Test("A reader waits only while there is nothing to serve")
  func emptyCoreWaits() {
    #expect(CoherenceCore(policy: policy).read(now: .zero) == .wait)
  }

  @Test(
    "A value is fresh within the bound, stale up to the limit, refused beyond",
    arguments: [
      (Duration.milliseconds(1_000), "fresh"), (.milliseconds(1_001), "stale"), (.seconds(11), "stale"),
      (.milliseconds(11_001), "refused"),
    ])
  func freshness(age: Duration, expected: String) {
    let decision = loaded(manifest(1)).read(now: age)
    switch expected {
    case "fresh": #expect(decision == .serve(.fresh, age: age))
    case "stale": #expect(decision == .serve(.stale, age: age))
    default: #expect(decision == .refuse)
    }
  }

  @Test("A slow answer confirms the time of its request, not of its arrival")
  func slowAnswerConfirmsItsRequest() {
    var core = loaded(manifest(1))
    #expect(core.checked(manifest(1), requestedAt: .milliseconds(100)) == .current)
    #expect(core.read(now: .milliseconds(1_200)) == .serve(.stale, age: .milliseconds(1_100)))
  }

  @Test("A late confirmation does not take back a newer one")
  func lateConfirmation() {
    var core = loaded(manifest(1))
    _ = core.checked(manifest(1), requestedAt: .seconds(2))
    _ = core.checked(manifest(1), requestedAt: .seconds(1))
    #expect(core.confirmedAt == .seconds(2))
  }

  @Test("Only what differs is loaded")
  func loadsDifference() {
    var core = loaded(manifest(1))
    #expect(core.checked(manifest(2), requestedAt: .seconds(1)) == .load(known: manifest(1)))
  }

  @Test("After its time to live everything is loaded anew even if no revision moved")
  func timeToLive() {
    var core = loaded(manifest(1))
    #expect(core.checked(manifest(1), requestedAt: .seconds(59)) == .current)
    #expect(core.checked(manifest(1), requestedAt: .seconds(60)) == .load(known: nil))
  }

  @Test("A load that finishes late never replaces a newer one")
  func noResurrection() {
    var core = loaded(manifest(3))
    #expect(core.loaded(manifest(2), isFull: false, requestedAt: .seconds(5)) == .refuseOlder)
    #expect(core.held == manifest(3))
  }

  @Test("A load that is newer in one part and older in another is refused")
  func mixedLoadIsRefused() {
    var core = loaded(manifest(3, 3))
    #expect(core.loaded(manifest(4, 2), isFull: false, requestedAt: .seconds(5)) == .refuseOlder)
  }

  @Test("A part cannot vanish from a lifetime: a manifest without it is older")
  func missingPartIsOlder() {
    var core = loaded(manifest(3))
    let shorter = Manifest(lifetime: "a", revisions: [PartID("x"): Revision(9)])
    #expect(core.loaded(shorter, isFull: false, requestedAt: .seconds(5)) == .refuseOlder)
  }

  @Test("Another database replaces what is held, whatever its revisions")
  func newLifetime() {
    var core = loaded(manifest(9))
    let other = manifest(1, lifetime: "b")
    #expect(core.checked(other, requestedAt: .seconds(1)) == .load(known: manifest(9)))
    #expect(core.loaded(other, isFull: true, requestedAt: .seconds(1)) == .install)
    #expect(core.loaded(manifest(10), isFull: true, requestedAt: .milliseconds(500)) == .refuseOlder)
  }

  @Test("A failure changes nothing but the reason")
  func failureIsNotData() {
    var core = loaded(manifest(1))
    core.failed("disk on fire")
    #expect(core.held == manifest(1))
    #expect(core.lastFailure == "disk on fire")
    _ = core.checked(manifest(1), requestedAt: .seconds(1))
    #expect(core.lastFailure == nil)
  }
}

@Suite("Manifest")
struct ManifestTests {
  @Test("Equal states have equal versions, any difference another one")
  func version() {
    let base = Manifest(lifetime: "a", revisions: [PartID("x"): Revision(1), PartID("y"): Revision(2)])
    let same = Manifest(lifetime: "a", revisions: [PartID("y"): Revision(2), PartID("x"): Revision(1)])
    #expect(base.version == same.version)
    let others = [
      Manifest(lifetime: "b", revisions: base.revisions),
      Manifest(lifetime: "a", revisions: [PartID("x"): Revision(2), PartID("y"): Revision(1)]),
      Manifest(lifetime: "a", revisions: [PartID("x1"): Revision(1), PartID("y"): Revision(2)]),
      Manifest(lifetime: "a", revisions: [PartID("x"): Revision(1)]),
    ]
    for other in others { #expect(other.version != base.version) }
  }

  @Test("The number in front of a version grows with every change")
  func versionGrows() {
    let first = Manifest(lifetime: "a", revisions: [PartID("x"): Revision(9)])
    let second = Manifest(lifetime: "a", revisions: [PartID("x"): Revision(10)])
    #expect(first.version.hasPrefix("9-"))
    #expect(second.version.hasPrefix("10-"))
  }
}
