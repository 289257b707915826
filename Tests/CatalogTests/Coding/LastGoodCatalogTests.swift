import Catalog
import TestSupport
import Testing
import TieredCaching

@Suite("The last good catalog as bytes")
struct LastGoodCatalogTests {
  private static let manifest = Manifest(
    lifetime: "life",
    revisions: [PartID("acme"): Revision(7), PartID("gone"): Revision(2), PartID("*unique"): Revision(1)],
    floors: [PartID("gone"): Revision(2)])

  private func snapshot() throws -> CatalogSnapshot {
    CatalogSnapshot(
      manifest: Self.manifest, parts: [try CodedParts.part([.sampleWithEverything(), .sample(id: "x/y")])],
      lastChange: "2026-01-02T03:04:05.000Z")
  }

  @Test("is read as it was written, with revisions, floors and the time")
  func roundTrip() throws {
    let kept = try #require(LastGoodCatalog(snapshot(), origin: "here", now: 1_800_000_000))
    let read = try LastGoodCatalog(kept.encoded())
    #expect(read.keptAt == 1_800_000_000)
    #expect(read.parts.manifest == Self.manifest)
    #expect(read.origin == "here")
    #expect(read.parts.parts.keys.sorted() == [PartID("acme"), PartID("gone")])
    let (before, after) = (try snapshot(), CatalogSnapshot(read.parts, previous: nil))
    #expect(after.version == before.version && after.lastChange == before.lastChange)
    #expect(after.offers.map(\.record) == before.offers.map(\.record))
  }

  @Test("is not kept while something in it lives in Redis alone")
  func overrides() throws {
    let manifest = Manifest(
      lifetime: "life", revisions: [PartID("acme"): Revision(7)], overrides: [PartID("acme"): "by hand"])
    #expect(LastGoodCatalog(CatalogSnapshot(manifest: manifest, parts: []), origin: "here", now: 0) == nil)
  }

  @Test("is refused when a byte is wrong, missing or too many", arguments: 0..<4)
  func damaged(seed: Int) throws {
    let bytes = try #require(LastGoodCatalog(snapshot(), origin: "here", now: 1)).encoded()
    var random = SplitMix64(seed: UInt64(seed))
    for _ in 0..<300 {
      var damaged = bytes
      switch Int.random(in: 0..<3, using: &random) {
      case 0: damaged[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
      case 1: damaged.removeLast(Int.random(in: 1...bytes.count, using: &random))
      default: damaged.append(UInt8.random(in: 0...255, using: &random))
      }
      #expect(throws: PartCodingError.self) { try LastGoodCatalog(damaged) }
    }
  }
}
