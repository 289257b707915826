import Catalog
import HTTPTypes
import NIOCore
import TestSupport
import Testing
import TieredCaching

@testable import CatalogServer

/// Addresses and header fields with damage, as many for every seed as take a moment.
@Suite(.timeLimit(.minutes(2)))
struct RequestFuzzTests {
  private static let targets = [
    "/v1/models?limit=10&offset=5&sort=price&order=desc&q=gpt%204o", "/v1/models/unique?min_providers=2&limit=1",
    "/v1/models?gateway=openai,router&modality=text%2Bimage->text&is_free=true&min_price=0.000001&max_price=1e-3",
    "/v1/models/openai/gpt-4o/offers", "/v1/models/gpt-4o/compare?gateways=openai", "/v1/models/a%2Fb%20c%25d",
    "/api/models/detail?developer=openai&modelName=gpt-4o", "/v1/pricing/gpt-4o?provider=router", "/v1/stats",
    "/v1/models/by-category/long-context?cursor=1-0-a", "/v1/models/search?q=llama&status=active,preview",
    "/health/catalog/unpriced?limit=1000&capability=tools",
  ]
  private static let words = [
    "%", "%00", "%ff", "%2F", "&", "=", "?", "/", ",", "+", "->", "-1", "99999999999999999999", "all", "é", "\u{0}",
    "1e99",
    "limit=", "cursor=",
  ]

  @Test("an address is refused as the client's mistake, or answered with JSON", arguments: 0..<4 as Range<UInt64>)
  func addresses(seed: UInt64) async throws {
    try await LoadedAnswers.with(try Catalogs.small()) { loaded in
      let snapshot = try await loaded.service.read().value
      var random = SplitMix64(seed: seed)
      var answered = 0
      for round in 0..<2_500 {
        if round.isMultiple(of: 100) { await Task.yield() }
        let text = Self.targets.randomElement(using: &random) ?? "/"
        let target = String(decoding: damaged(text, with: Self.words, &random), as: UTF8.self)
        do throws(Problem) {
          let parsed = try RequestTarget(target[...])
          #expect(parsed.query.count <= 64)
          #expect(!parsed.segments.joined().utf8.contains { $0 < 0x20 || $0 == 0x7F })
          guard let route = ReadRoute(parsed.segments) else { continue }
          let body = try AnswerBuilder(snapshot: snapshot).body(of: route, query: parsed.query).bytes
          #expect(throws: Never.self) { try JSONReader.parse(Array(body.readableBytesView)) }
          answered += 1
        } catch {
          #expect((400..<500).contains(error.status.code), "\(target)")
          #expect(error.body.count < 20_000)
        }
      }
      #expect(answered > 20)
    }
  }

  @Test("fields never stop the server, and never name another client than they say", arguments: 0..<4 as Range<UInt64>)
  func fields(seed: UInt64) throws {
    let name = try #require(HTTPField.Name("x-forwarded-for"))
    let peer = try SocketAddress(ipAddress: "192.0.2.1", port: 1)
    var random = SplitMix64(seed: seed)
    var named = 0
    for _ in 0..<5_000 {
      let text = { (sample: String, random: inout SplitMix64) in
        String(
          decoding: damaged(sample, with: [",", ";q=0", "W/", "\"", "*", "::", "gzip", " "], &random), as: UTF8.self)
      }
      let encoding = text("gzip;q=0.5, br", &random)
      if ResponseFields.acceptsGzip(encoding) {
        #expect(encoding.lowercased().filter { $0 != " " }.contains("gzip"), "\(encoding)")
      }
      let tags = text("W/\"1-a\", \"2-b\"", &random)
      if ResponseFields.matches(ifNoneMatch: tags, entityTag: "\"2-b\"") {
        #expect(tags.contains("*") || tags.contains("\"2-b\""), "\(tags)")
      }
      let forwarded = text("203.0.113.9, 2001:db8::1, [2001:db8:1::1]:443, 198.51.100.7:51234", &random)
      let fields = HTTPFields([HTTPField(name: name, value: forwarded)])
      for proxies in 0...4 {
        let expected = proxies == 0 ? nil : Self.client(in: fields[name] ?? "", proxies: proxies)
        if expected != nil { named += 1 }
        let client = ClientAddress.of(peer, fields, trustedProxies: proxies)
        #expect(client == expected ?? ClientAddress(peer), "\(forwarded), \(proxies)")
      }
    }
    #expect(named > 5_000)
  }

  /// The client that the entry of the outermost trusted proxy names, if it is an address.
  private static func client(in field: String, proxies: Int) -> ClientAddress? {
    var entries = field.split(separator: ",", omittingEmptySubsequences: false)
    entries.removeFirst(max(0, entries.count - proxies))
    let bracketed = #/[ \t]*\[([^\]]*)\](?::[0-9]+)?[ \t]*/#
    let plain = #/[ \t]*([^:\[]*?)(?::[0-9]+)?[ \t]*/#
    let version6 = #/[ \t]*([^\[]*?)[ \t]*/#
    guard let entry = entries.first else { return nil }
    for form in [bracketed, plain, version6] {
      guard let address = entry.wholeMatch(of: form)?.output.1 else { continue }
      do { return ClientAddress(try SocketAddress(ipAddress: String(address), port: 0)) } catch { return nil }
    }
    return nil
  }
}
