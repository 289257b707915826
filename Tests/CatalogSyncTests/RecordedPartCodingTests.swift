import Catalog
import CatalogSync
import Testing
import TieredCaching

@Suite("Encoded parts of recorded bodies", .enabled(if: RecordedBodies.areHere, "the recorded bodies are not there"))
struct RecordedPartCodingTests {
  @Test("Parts of real providers are read as they were written", arguments: RecordedBodies.all)
  func roundTrip(_ body: RecordedBodies.Body) throws {
    for listing in try RecordedBodies.parse(body).listings {
      let id = PartID(listing.provider.slug.text)
      let offers = try Dictionary(listing.offers.map { ($0.id, try $0.bounded()) }) { _, last in last }
        .sorted { $0.key < $1.key }.map(\.value)
      let part = CatalogPart(ProviderPart(provider: listing.provider, offers: offers), revision: Revision(1))
      let bytes = part.encoded()
      let read = try CatalogPart(encoded: bytes, part: id, revision: Revision(1))
      #expect(read.offers.map(\.offer) == offers)
      #expect(read.offers.map(\.identity) == part.offers.map(\.identity))
      #expect(read.offers.map(\.priceRank) == part.offers.map(\.priceRank))
      #expect(read.joinedRecords == part.joinedRecords)
      #expect(read.encoded() == bytes)
    }
  }
}
