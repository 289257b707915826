import NIOCore
import NIOEmbedded
import NIOHTTP1
import TestSupport
import Testing

@testable import CatalogServer

struct PlainRequestTests {
  private static func parse(_ bytes: [UInt8]) -> PlainRequest? {
    PlainRequest(ByteBuffer(bytes: bytes).readableBytesView)
  }

  private static func parse(_ text: String) -> PlainRequest? { parse(Array(text.utf8)) }

  @Test("a plain head is read whole, and no further")
  func plain() throws {
    let head =
      "GET /v1/models?limit=1 HTTP/1.1\r\nHost: a\r\nAccept-Encoding: br, gzip\r\nIF-NONE-MATCH:  \"x\" \r\n\r\n"
    let request = try #require(Self.parse(head + "GET /next"))
    #expect(request.target == "/v1/models?limit=1")
    #expect(request.acceptsGzip)
    #expect(request.ifNoneMatch == "\"x\"")
    #expect(request.length == head.utf8.count)
    for length in 0..<head.utf8.count { #expect(Self.parse(Array(head.utf8.prefix(length))) == nil) }
  }

  @Test(
    "anything that is not plain is left to the HTTP parser",
    arguments: [
      "POST / HTTP/1.1\r\nHost: a\r\n\r\n", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
      "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n",
      "get / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
      "GET /\u{e9} HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX: \u{1}\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\n: empty\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
      "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
    ])
  func notPlain(_ head: String) {
    #expect(Self.parse(head) == nil)
  }

  @Test(
    "fields that say how the message or the connection goes on are left to the HTTP parser",
    arguments: [
      "Content-Length: 0", "content-length: 5", "Transfer-Encoding: chunked", "Expect: 100-continue", "Upgrade: h2c",
      "TE: trailers", "Trailer: x", "HTTP2-Settings: AA", "Connection: close", "Connection: keep-alive, upgrade",
      "Connection: upgrade", "Proxy-Connection: close", "If-None-Match: \"a\"\r\nIf-None-Match: \"b\"",
      "Accept-Encoding: gzip\r\nAccept-Encoding: br",
    ])
  func specialFields(_ field: String) {
    #expect(Self.parse("GET / HTTP/1.1\r\nHost: a\r\n\(field)\r\n\r\n") == nil)
  }

  @Test("a head that is too long or has too many fields is left to the HTTP parser")
  func bounds() {
    let fields = { (count: Int) in (0..<count).map { "X-\($0): 1\r\n" }.joined() }
    #expect(Self.parse("GET / HTTP/1.1\r\nHost: a\r\n\(fields(63))\r\n") != nil)
    #expect(Self.parse("GET / HTTP/1.1\r\nHost: a\r\n\(fields(64))\r\n") == nil)
    let long = String(repeating: "x", count: 8_192)
    #expect(Self.parse("GET / HTTP/1.1\r\nHost: a\r\nX: \(long)\r\n\r\n") == nil)
  }

  @Test("whatever it accepts, the HTTP parser reads the same", arguments: 0..<8 as Range<UInt64>)
  func agreesWithParser(_ seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    var accepted = 0
    for _ in 0..<1_500 {
      let bytes = Self.mutated(Self.seeds.randomElement(using: &generator) ?? "", using: &generator)
      guard let request = Self.parse(bytes) else { continue }
      accepted += 1
      let text = String(reflecting: String(decoding: bytes, as: UTF8.self))
      let head = try #require(try Self.parsed(Array(bytes.prefix(request.length))), "\(text)")
      #expect(head.method == .GET, "\(text)")
      #expect(head.version == .http1_1, "\(text)")
      #expect(head.uri == request.target, "\(text)")
      #expect(head.isKeepAlive, "\(text)")
      #expect(head.headers["if-none-match"].count <= 1, "\(text)")
      #expect(head.headers.first(name: "if-none-match") == request.ifNoneMatch, "\(text)")
      let encodings = head.headers["accept-encoding"].joined(separator: ", ")
      #expect(ResponseFields.acceptsGzip(encodings) == request.acceptsGzip, "\(text)")
    }
    #expect(accepted > 50)
  }

  private static let seeds = [
    "GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /v1/models/a%2Fb?gateway=x HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: test/1.0\r\nAccept: */*\r\n\r\n",
    "GET / HTTP/1.1\r\nhost: a\r\naccept-encoding: gzip, br;q=0.5\r\nif-none-match: W/\"1-2\", \"3\"\r\n\r\n",
    "GET /x HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nCookie: a=b\r\nAccept-Encoding: gzip;q=0\r\n\r\n",
    "GET /y HTTP/1.1\r\nHost: a\r\nProxy-Connection: keep-alive\r\nKeep-Alive: timeout=5\r\nX:\r\n\r\n",
  ]

  private static let fragments = [
    "\r\n", "\n", "\r", "\r\n\r\n", " ", "\t", ":", ",", "\0", "\u{7f}", "\u{e9}", "%", "#", "?", "\"", "<", "{", "|",
    "\\",
    "gzip", "Accept-Encoding: gzip\r\n", "Accept-Encoding: br\r\n", "If-None-Match: \"z\"\r\n", "Content-Length: 3\r\n",
    "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "Proxy-Connection: close\r\n", "Host: b\r\n",
    "HTTP/1.1", "GET ", "close", ";q=0", "X-Y: z\r\n",
  ]

  /// A head with a few bytes changed, left out, repeated or added.
  private static func mutated(_ seed: String, using generator: inout SplitMix64) -> [UInt8] {
    var bytes = Array(seed.utf8)
    for _ in 0..<Int.random(in: 0...3, using: &generator) {
      let place = Int.random(in: 0..<max(1, bytes.count), using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(contentsOf: Array((fragments.randomElement(using: &generator) ?? "").utf8), at: place)
      default:
        // Most places inside of a line give heads that nobody accepts; a new line often gives one.
        let line = seed.utf8.count - 2
        bytes.insert(
          contentsOf: Array((fragments.randomElement(using: &generator) ?? "").utf8), at: min(line, bytes.count))
      }
    }
    return bytes
  }

  /// The head that the HTTP parser reads from bytes that are one whole message; nil when they are not.
  private static func parsed(_ bytes: [UInt8]) throws -> HTTPRequestHead? {
    let channel = EmbeddedChannel()
    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(HTTPRequestDecoder()))
    defer { channel.close(promise: nil) }
    do {
      try channel.writeInbound(ByteBuffer(bytes: bytes))
    } catch {
      return nil
    }
    guard case .head(let head) = try channel.readInbound(as: HTTPServerRequestPart.self),
      case .end(nil) = try channel.readInbound(as: HTTPServerRequestPart.self)
    else { return nil }
    return head
  }
}
