import Catalog
import CatalogSync
import Foundation
import Logging
import NIOConcurrencyHelpers
import TestSupport
import Testing

@Suite("Fetching a provider's list")
struct ProviderFetcherTests {
  private static let list = #"{"object":"list","data":[{"id":"a"},{"id":"b"}]}"#

  @Test("A list is fetched from the provider's path, with its key, and asked for again only when it has changed")
  func conditional() async throws {
    try await withFetcher(environment: ["ACME_API_KEY": "secret-1"]) { server, fetcher in
      server.serve("/acme/v1/models", Self.list)
      let adapter = try plainAdapter(authentication: .bearer("ACME_API_KEY"))
      let first = try #require(try await fetcher.ids(adapter))
      #expect(first.ids == ["a", "b"])
      #expect(try await fetcher.ids(adapter, validators: first.validators) == nil)
      server.serve("/acme/v1/models", #"{"data":[{"id":"c"}]}"#)
      #expect(try await fetcher.ids(adapter, validators: first.validators)?.ids == ["c"])
      let requests = server.requests("acme")
      #expect(requests.allSatisfy { $0["authorization"] == "Bearer secret-1" })
      #expect(requests.map { $0["if-none-match"] } == [nil, first.validators.entityTag, first.validators.entityTag])
    }
  }

  @Test("A key that is missing or no key is said by the variable's name, and nothing is sent")
  func keys() async throws {
    try await withFetcher(environment: ["BAD_KEY": "line\nbreak"]) { server, fetcher in
      let missing = await fetcher.failure(try plainAdapter(authentication: .bearer("ACME_API_KEY")))
      #expect(missing?.description == "ACME_API_KEY is not set")
      let bad = await fetcher.failure(try plainAdapter(authentication: .header("x-api-key", "BAD_KEY")))
      #expect(bad?.description == "BAD_KEY: has characters that a key cannot have")
      #expect(server.requests().isEmpty)
    }
  }

  @Test(
    "Keys are not sent unencrypted to another machine, whatever stands for a provider's address",
    arguments: ["http://proxy.example.com", "https://user@proxy.example.com", "https://proxy.example.com/?x=", "proxy"])
  func insecure(_ base: String) async throws {
    try await withFetcher(environment: ["ACME_BASE_URL": base]) { server, fetcher in
      let error = await fetcher.failure(try plainAdapter())
      #expect(error?.kind == "not_configured")
      #expect(error?.description.hasPrefix("ACME_BASE_URL: ") == true)
      #expect(server.requests().isEmpty)
    }
  }

  @Test(
    "Pages are put together, however the provider numbers them",
    arguments: [
      ProviderAdapter.Paging.token("after", from: "last", while: "more"), .token("after", from: "next"),
      .address("next_url"), .link, .number("page", size: 2), .offset("offset", size: 2),
    ])
  func pages(_ paging: ProviderAdapter.Paging) async throws {
    try await withFetcher { server, fetcher in
      let target = "/acme/v1/models?limit=2"
      let rows = #""data":[{"id":"a"},{"id":"b"}]"#
      let last = #"{"data":[{"id":"c"}]}"#
      switch paging {
      case .token(_, from: "last", _):
        server.serve(target, "{\(rows),\"last\":\"b+/\",\"more\":true}")
        server.serve("\(target)&after=b%2B/", #"{"data":[{"id":"c"}],"last":"c","more":false}"#)
      case .token:
        server.serve(target, "{\(rows),\"next\":\"x\"}")
        server.serve("\(target)&after=x", #"{"data":[{"id":"c"}],"next":""}"#)
      case .address:
        server.serve(target, "{\(rows),\"next_url\":\"/acme/v1/models?cursor=2\"}")
        server.serve("/acme/v1/models?cursor=2", #"{"data":[{"id":"c"}],"next_url":null}"#)
      case .link:
        let link = "<\(server.url)/acme/v1/models>; rel=\"prev\", <\(server.url)/acme/2>; rel=\"next\""
        server.serve(target, "{\(rows)}", headers: [("Link", link)])
        server.serve("/acme/2", last)
      case .number:
        server.serve("\(target)&page=1", "{\(rows)}")
        server.serve("\(target)&page=2", last)
      case .offset:
        server.serve("\(target)&offset=0", "{\(rows)}")
        server.serve("\(target)&offset=2", last)
      case .none: return
      }
      let adapter = try plainAdapter(paging: paging, url: "https://api.acme.test/v1/models?limit=2")
      let fetched = try #require(try await fetcher.ids(adapter))
      #expect(fetched.ids == ["a", "b", "c"])
      #expect(fetched.pages == 2)
    }
  }

  @Test("Pages that never end are given up, and a next page at another site is not asked for")
  func endless() async throws {
    try await withFetcher { server, fetcher in
      let paging = ProviderAdapter.Paging.address("next_url")
      server.serve("/acme/v1/models", #"{"data":[{"id":"a"}],"next_url":"/acme/v1/models"}"#)
      try await fetcher.expectFailure("too_large", try plainAdapter(paging: paging))
      server.serve("/acme/v1/models", #"{"data":[{"id":"a"}],"next_url":"http://evil.test/x"}"#)
      try await fetcher.expectFailure("redirected", try plainAdapter(paging: paging))
    }
  }

  @Test("A last page that says that there are more is refused, so that a list is never taken for whole that is not")
  func lastPage() async throws {
    try await withFetcher { server, fetcher in
      server.serve("/acme/v1/models", #"{"data":[{"id":"a"}],"has_more":true}"#)
      for paging in [ProviderAdapter.Paging.token("after", from: "last_id"), .link, .address("next_url")] {
        let error = await fetcher.failure(try plainAdapter(paging: paging))
        #expect(error?.description.contains("one page of several") == true, "\(paging)")
      }
    }
  }

  @Test("A page that says that there are more is refused where the adapter knows of no pages")
  func morePages() async throws {
    try await withFetcher { server, fetcher in
      server.serve("/acme/v1/models", #"{"data":[{"id":"a"}],"has_more":true}"#)
      let error = await fetcher.failure(try plainAdapter())
      #expect(error?.description.contains("one page of several") == true)
    }
  }

  @Test(
    "What passes by itself is waited for, with a bound",
    arguments: [
      ReplayServer.Fault.status(500, retryAfter: nil), .status(503, retryAfter: nil), .status(429, retryAfter: 0),
      .cut(afterBytes: 20), .truncated, .hang,
    ])
  func passing(_ fault: ReplayServer.Fault) async throws {
    try await withFetcher { server, fetcher in
      server.serve("/acme/v1/models", Self.list)
      server.fail("acme", fault, times: 2)
      #expect(try await fetcher.ids(plainAdapter())?.ids == ["a", "b"])
      #expect(server.requests("acme").count == 3)
      server.fail("acme", fault)
      let error = await fetcher.failure(try plainAdapter())
      #expect(error != nil)
      #expect(server.requests("acme").count == 3 + FetchLimits().attempts)
    }
  }

  @Test("Who asks to be left alone for long is not asked again now")
  func leftAlone() async throws {
    try await withFetcher { server, fetcher in
      server.serve("/acme/v1/models", Self.list)
      server.fail("acme", .status(429, retryAfter: 120))
      let error = await fetcher.failure(try plainAdapter())
      #expect(error?.description == "the provider asks to be left alone for 120 s (status 429)")
      #expect(server.requests("acme").count == 1)
    }
  }

  @Test(
    "What does not pass by itself fails at once, with the reason",
    arguments: [
      (ReplayServer.Fault.status(401, retryAfter: nil), "unauthorized"),
      (.status(403, retryAfter: nil), "unauthorized"),
      (.status(404, retryAfter: nil), "status"), (.contentType("text/html"), "content_type"),
      (.emptyList, "format"), (.errorBody, "error_body"), (.redirect("https://elsewhere.test/v1/models"), "redirected"),
    ])
  func lasting(_ fault: ReplayServer.Fault, _ kind: String) async throws {
    try await withFetcher { server, fetcher in
      server.serve("/acme/v1/models", Self.list)
      server.fail("acme", fault)
      try await fetcher.expectFailure(kind, try plainAdapter())
      #expect(server.requests("acme").count == 1)
    }
  }

  @Test("Redirections at the same site are followed, a few times")
  func redirections() async throws {
    try await withFetcher { server, fetcher in
      server.serve("/acme/v1/models", Self.list)
      server.fail("acme", .redirect("/acme/v1/models?moved=1"), times: 2)
      #expect(try await fetcher.ids(plainAdapter())?.ids == ["a", "b"])
      server.fail("acme", .redirect("/acme/v1/models"))
      try await fetcher.expectFailure("redirected", try plainAdapter())
    }
  }

  @Test("A list larger than the limit is given up")
  func tooLarge() async throws {
    var limits = quickLimits
    limits.bytes = 100_000
    try await withFetcher(limits: limits) { server, fetcher in
      server.serve("/acme/v1/models", Self.list)
      server.fail("acme", .padded(bytes: 200_000))
      try await fetcher.expectFailure("too_large", try plainAdapter())
    }
  }

  @Test("A provider that takes its time is waited for, as long as it sends something")
  func slow() async throws {
    var limits = quickLimits
    limits.idle = .seconds(4)
    try await withFetcher(limits: limits) { server, fetcher in
      server.serve("/acme/v1/models", Self.list)
      server.fail("acme", .slow(bytes: 1, milliseconds: 150))
      let fetched = try await fetcher.ids(plainAdapter())
      #expect(fetched?.ids == ["a", "b"])
      #expect(server.requests("acme").count == 1)
    }
  }

  @Test("No key is ever logged or part of an error, even when the provider repeats it")
  func secrecy() async throws {
    let key = "sk-very-secret-0123456789"
    let lines = NIOLockedValueBox<[String]>([])
    var log = Logger(label: "test") { _ in LineLog(lines: lines) }
    log.logLevel = .trace
    try await withFetcher(environment: ["ACME_API_KEY": key], log: log) { server, fetcher in
      server.serve("/acme/v1/models", Self.list)
      let adapter = try plainAdapter(authentication: .bearer("ACME_API_KEY"))
      var texts: [String] = []
      for status in [400, 401, 429, 500] {
        server.fail("acme", .message(status, "the key \(key) is wrong"))
        let error = await fetcher.failure(adapter)
        texts += ["\(try #require(error))", String(reflecting: error)]
      }
      // Also with status 200.
      server.mend("acme")
      server.serve("/acme/v1/models", #"{"error":{"message":"the key \#(key) is no good"}}"#)
      let error = await fetcher.failure(adapter)
      texts += ["\(try #require(error))", String(reflecting: error)]
      texts += lines.withLockedValue { $0 }
      #expect(texts.count > 8)
      #expect(texts.allSatisfy { !$0.contains(key) })
      #expect(texts.contains { $0.contains("the key *** is wrong") })
      #expect(texts.contains { $0.contains("the key *** is no good") })
    }
  }
}

/// Keeps what is logged.
private struct LineLog: LogHandler {
  let lines: NIOLockedValueBox<[String]>
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.trace

  init(lines: NIOLockedValueBox<[String]>) { self.lines = lines }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    lines.withLockedValue { $0.append("\(event.message) \(event.metadata ?? [:])") }
  }
}
