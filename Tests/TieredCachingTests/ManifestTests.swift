import Testing
import TieredCaching

@Suite("Manifest")
struct ManifestTests {
  private let base = Manifest(lifetime: "a", revisions: [PartID("x"): Revision(1), PartID("y"): Revision(2)])

  @Test("Equal states have equal versions, any difference another one")
  func version() {
    let same = Manifest(lifetime: "a", revisions: [PartID("y"): Revision(2), PartID("x"): Revision(1)])
    #expect(base.version == same.version)
    let others = [
      Manifest(lifetime: "b", revisions: base.revisions),
      Manifest(lifetime: "a", revisions: [PartID("x"): Revision(2), PartID("y"): Revision(1)]),
      Manifest(lifetime: "a", revisions: [PartID("x1"): Revision(1), PartID("y"): Revision(2)]),
      Manifest(lifetime: "a", revisions: [PartID("x"): Revision(1)]),
      base.replacing(overrides: [PartID("x"): "hand"]),
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

  @Test("What differs is told by part, and everything does from another lifetime")
  func difference() {
    let next = Manifest(
      lifetime: "a", revisions: [PartID("x"): Revision(1), PartID("y"): Revision(3), PartID("z"): Revision(1)])
    #expect(next.parts(differingFrom: base) == [PartID("y"), PartID("z")])
    #expect(base.parts(differingFrom: base) == [])
    #expect(base.parts(differingFrom: base.replacing(overrides: [PartID("x"): "hand"])) == [PartID("x")])
    #expect(base.parts(differingFrom: nil) == [PartID("x"), PartID("y")])
    let other = Manifest(lifetime: "b", revisions: base.revisions)
    #expect(base.parts(differingFrom: other) == [PartID("x"), PartID("y")])
  }

  @Test("Of two states the later has no part that is lower or missing")
  func order() {
    let later = Manifest(lifetime: "a", revisions: [PartID("x"): Revision(5), PartID("y"): Revision(2)])
    let shorter = Manifest(lifetime: "a", revisions: [PartID("x"): Revision(9)])
    #expect(later.isAtLeast(base))
    #expect(!base.isAtLeast(later))
    #expect(base.isAtLeast(base))
    #expect(!shorter.isAtLeast(base))
  }

  @Test("A merge has the higher revision and floor of each part, and the overrides that are still valid")
  func merge() {
    let left = Manifest(
      lifetime: "a", revisions: [PartID("x"): Revision(1), PartID("y"): Revision(5)],
      floors: [PartID("x"): Revision(1)], overrides: [PartID("x"): "old", PartID("y"): "valid"])
    let right = Manifest(
      lifetime: "a", revisions: [PartID("x"): Revision(2), PartID("y"): Revision(4)],
      floors: [PartID("x"): Revision(2)])
    let merged = Manifest(
      lifetime: "a", revisions: [PartID("x"): Revision(2), PartID("y"): Revision(5)],
      floors: [PartID("x"): Revision(2)], overrides: [PartID("y"): "valid"])
    #expect(left.merged(with: right) == merged)
  }
}
