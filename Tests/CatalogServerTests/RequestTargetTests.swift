import HTTPTypes
import Testing

@testable import CatalogServer

struct RequestTargetTests {
  @Test(
    "the path is decoded segment by segment",
    arguments: [
      ("/", []), ("/v1/models", ["v1", "models"]), ("/v1//models/", ["v1", "models"]),
      ("/a%2Fb/c", ["a/b", "c"]), ("/a+b", ["a+b"]), ("/%C3%A9", ["é"]), ("/a%3Fb?x=1", ["a?b"]),
      ("/%25", ["%"]), ("/a:b,c", ["a:b,c"]),
    ])
  func path(_ text: String, _ segments: [String]) throws {
    #expect(try RequestTarget(text[...]).segments == segments)
  }

  @Test(
    "the query is decoded in order",
    arguments: [
      ("/?a=1&b=2&a=3", ["a=1", "b=2", "a=3"]), ("/?q=a+b%2Bc", ["q=a b+c"]), ("/?q", ["q="]), ("/?q=", ["q="]),
      ("/?a=b=c", ["a=b=c"]), ("/?&&a=1&", ["a=1"]), ("/?", []), ("/?%61=%62", ["a=b"]), ("/?a=?", ["a=?"]),
    ])
  func query(_ text: String, _ pairs: [String]) throws {
    #expect(try RequestTarget(text[...]).query.map { "\($0.name)=\($0.value)" } == pairs)
  }

  @Test(
    "what cannot be decoded is refused",
    arguments: [
      "/%", "/%1", "/%g1", "/%1g", "/%+1", "/%ff", "/%C0%AF", "/%ED%A0%80", "/%00", "/%1F", "/%7F", "/?q=%0A", "/?%=1",
      "/?q=%F4%90%80%80",
    ])
  func malformed(_ text: String) {
    let problem = #expect(throws: Problem.self) { try RequestTarget(text[...]) }
    #expect(problem?.status == .badRequest)
  }

  @Test("the length of the address, of a value and of a name, and the number of parameters are bounded")
  func bounds() throws {
    let text = { (count: Int) in String(repeating: "x", count: count) }
    #expect(try RequestTarget("/\(text(RequestTarget.maximumLength - 1))"[...]).segments.count == 1)
    let tooLong = #expect(throws: Problem.self) { try RequestTarget("/\(text(RequestTarget.maximumLength))"[...]) }
    #expect(tooLong?.status == .uriTooLong)
    #expect(try RequestTarget("/?q=\(text(1_024))"[...]).query.count == 1)
    #expect(throws: Problem.self) { try RequestTarget("/?q=\(text(1_025))"[...]) }
    #expect(throws: Problem.self) { try RequestTarget("/?\(text(65))=1"[...]) }
    let many = { (count: Int) in "/?" + (0..<count).map { "p\($0)=1" }.joined(separator: "&") }
    #expect(try RequestTarget(many(64)[...]).query.count == 64)
    #expect(throws: Problem.self) { try RequestTarget(many(65)[...]) }
  }
}
