import Catalog
import CatalogSync
import TestSupport
import Testing

@Suite("Bodies that arrive in pieces")
struct StreamingTests {
  private static let bodies: [(format: String, body: String)] = [
    (
      "openai",
      #"{"object":"list","data":[{"id":"a\"]}","created":1715367049},{"id":"b","owned_by":"\\"}],"more":[1,{"x":[]}]}"#
    ),
    ("openai", " [ {\"id\" : \"ä🚀\"} ,\n{\"id\":\"c\"} ] "),
    ("litellm", #"{"a":{"litellm_provider":"p","input_cost_per_token":1e-6,"output_cost_per_token":2e-6}}"#),
  ]

  private func parse(_ body: [UInt8], _ format: String, pieces: [Int]) throws -> ParsedBody {
    let context = ImportContext(provider: format == "openai" ? try ProviderSlug("acme") : nil, observedAt: observed)
    var parser = try BodyParser(format: .named(format), context: context)
    var start = 0
    for end in pieces.sorted() + [body.count] {
      try parser.read(Array(body[start..<end]))
      start = end
    }
    try parser.endPage()
    return try parser.finish()
  }

  @Test("give the same offers wherever they are cut", arguments: bodies)
  func everyCut(_ format: String, _ text: String) throws {
    let body = Array(text.utf8)
    let whole = try parse(body, format, pieces: [])
    #expect(!whole.listings[0].offers.isEmpty)
    for cut in body.indices {
      let parsed = try parse(body, format, pieces: [cut])
      #expect(parsed.listings[0].offers == whole.listings[0].offers, "cut at \(cut)")
    }
    let bytes = try parse(body, format, pieces: Array(body.indices))
    #expect(bytes.listings[0].offers == whole.listings[0].offers)
  }

  @Test("are refused when they end before the list does", arguments: bodies)
  func truncated(_ format: String, _ text: String) throws {
    let body = Array(text.utf8)
    let end = body.lastIndex { $0 != 0x20 } ?? 0
    for length in 0..<end {
      #expect(throws: ImportError.self, "\(length) bytes") { try parse(Array(body[..<length]), format, pieces: []) }
    }
  }

  @Test(
    "are refused when they are no JSON, with the place",
    arguments: [
      (#"{"data":[{"id":"a"},]}"#, 20), (#"{"data":[{"id":"a"} {"id":"b"}]}"#, 20), (#"{"data":[{"id":"a"}]} x"#, 22),
      (#"{"data" [{"id":"a"}]}"#, 8), (#"{data:[]}"#, 1), (#"{"data":[{"id":a}]}"#, 15), ("[,{}]", 1), ("{}}", 2),
    ])
  func broken(_ text: String, _ offset: Int) throws {
    #expect {
      try parse(Array(text.utf8), "openai", pieces: [])
    } throws: { error in
      guard case .notJSON(_, let reason) = error as? ImportError else { return false }
      #expect(reason.offset == offset, "\(reason)")
      return true
    }
  }
}
