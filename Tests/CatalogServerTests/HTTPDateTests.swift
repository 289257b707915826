import Testing

@testable import CatalogServer

struct HTTPDateTests {
  @Test(
    "times have the format of RFC 9110",
    arguments: [
      (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
      (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
      (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (4_102_444_800, "Fri, 01 Jan 2100 00:00:00 GMT"),
    ])
  func format(_ seconds: Int, _ text: String) {
    #expect(HTTPDate.text(unixSeconds: seconds) == text)
  }

  @Test("a time outside of the calendar does not stop the server", arguments: [Int.max, Int.min])
  func outside(_ seconds: Int) {
    #expect(HTTPDate.text(unixSeconds: seconds).hasSuffix("GMT"))
  }
}
