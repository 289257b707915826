import Catalog
import Testing

@Suite("Times of the catalog")
struct CatalogTimeTests {
  @Test("A time that was written is read back", arguments: [0, 951_782_400, 1_700_000_000, 4_102_444_799])
  func roundTrip(seconds: Int) throws {
    let text = try #require(CatalogTime.text(unixSeconds: seconds))
    #expect(CatalogTime.unixSeconds(of: text) == Double(seconds))
  }

  @Test("Milliseconds count")
  func milliseconds() {
    #expect(CatalogTime.unixSeconds(of: "1970-01-02T00:00:01.250Z") == 86_401.25)
  }

  @Test(
    "What is no time is none",
    arguments: ["", "2025-01-01", "2025-01-01T25:00:00.000Z", "2025-13-01T00:00:00.000Z", "2025-01-01T00:00:00+01:00"])
  func refused(text: String) {
    #expect(CatalogTime.unixSeconds(of: text) == nil)
  }
}
