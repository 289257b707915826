import Catalog
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ChangeFeedTests {
  private func feed(_ server: TestServer, _ query: String = "") async throws -> AtomReader {
    let response = try await server.get("/v1/changes.atom\(query)")
    #expect(response.status == 200)
    #expect(response["content-type"] == "application/atom+xml; charset=utf-8")
    return try AtomReader(response.body)
  }

  @Test("the feed has the newest changes first, under names that never change")
  func newest() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let first = try await feed(server)
      #expect(first.id == "tag:modelcatalog,2026:changes")
      #expect(first.entries.map(\.id) == (1...7).reversed().map { "tag:modelcatalog,2026:change/\($0)" })
      #expect(first.updated == "2023-11-14T22:13:20.000Z")
      #expect(first.entries.allSatisfy { $0.updated == first.updated })
      try await server.store.replace(with: [try .sample(provider: "openai", id: "gpt-4o", contextLength: 1)])
      let own = try await feed(server, "?gateway=openai")
      #expect(own.id == "tag:modelcatalog,2026:changes/openai")
      #expect(own.entries.last?.title == "openai gpt-4o: added")
      let change = try #require(own.entries.first { $0.title.contains("context_length") })
      #expect(change.title == "openai gpt-4o: context_length 128000 → 1")
      #expect(change.summary.hasSuffix("In effect since 2023-11-14T22:13:20.000Z."))
      let number = try #require(Int(change.id.split(separator: "/").last ?? ""))
      let address = try #require(change.links["alternate"])
      let same = try await server.json("/v1/\(address)")["data"]
      #expect(same?[0]?["sequence"]?.int == number)
      #expect(try await feed(server).entries.suffix(7).map(\.title) == first.entries.map(\.title))
    }
  }

  @Test("names that could be markup or no XML at all are text, and their addresses work")
  func hostileNames() async throws {
    let ids = [
      "</title><script>alert(1)</script>", "a&amp;b\"'c", "]]>", "<![CDATA[x", "größe 🚀", "a//b", "/x/", "50% of? it#",
      "b\u{FFFE}c", "e\u{301}",
    ]
    let offers = try ids.map { try Offer.sample(id: $0) }
    try await TestServer.run(offers) { server in
      _ = try await server.store.edit(
        .patchOffer(
          provider: .sample(), id: ids[0], OfferPatch(JSONReader.parse(#"{"description":"bell \u0007 <b>"}"#))))
      let feed = try await feed(server)
      #expect(feed.entries.first?.title.contains("→ bell \u{FFFD} <b>") == true)
      let titles = Set(feed.entries.map { Array($0.title.utf8) })
      for id in ids {
        let title = "acme \(id.replacing("\u{FFFE}", with: "\u{FFFD}")): added"
        #expect(titles.contains(Array(title.utf8)), "\(id)")
      }
      for entry in feed.entries {
        let address = try #require(entry.links["related"])
        #expect(try await server.json("/v1/\(address)")["offers"]?.array?.count == 1, "\(address)")
      }
    }
  }

  @Test("no more than a hundred entries, and a feed without any is one, too")
  func lengths() async throws {
    try await TestServer.run(Catalogs.random(providers: 3, offersEach: 50)) { server in
      let entries = try await feed(server).entries
      #expect(entries.count == 100)
      #expect(entries.first?.id == "tag:modelcatalog,2026:change/150")
      #expect(try await feed(server, "?gateway=provider-0").entries.count == 50)
      let empty = try await feed(server, "?gateway=nobody")
      #expect(empty.entries.isEmpty)
      #expect(empty.updated == "1970-01-01T00:00:00.000Z")
    }
  }

  @Test("who has the feed already is told so, until something changes")
  func notModified() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let tag = try #require(try await server.get("/v1/changes.atom")["etag"])
      let same = try await server.get("/v1/changes.atom", "If-None-Match: \(tag)")
      #expect(same.status == 304)
      #expect(same["etag"] == tag)
      #expect(same.body.isEmpty)
      try await server.store.replace(with: [try .sample(provider: "openai", id: "gpt-4o", contextLength: 1)])
      let changed = try await server.get("/v1/changes.atom", "If-None-Match: \(tag)")
      #expect(changed.status == 200)
      #expect(changed["etag"] != tag)
    }
  }

  @Test("a database that does not answer gives no empty feed")
  func unavailable() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      server.store.fail(.changes, with: StoreError.unavailable("gone"))
      let response = try await server.get("/v1/changes.atom")
      #expect(response.status == 503)
      #expect(response["content-type"] == "application/problem+json")
    }
  }
}
