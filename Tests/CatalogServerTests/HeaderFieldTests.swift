import Catalog
import Compression
import TestSupport
import Testing
import TieredCaching

/// Read routes of every kind.
let readTargets = [
  "/v1/models", "/models", "/v1/models?limit=3&offset=2", "/v1/models?unique_models=true", "/v1/models/gpt-4o",
  "/v1/models/openai/gpt-4o", "/v1/models/openai%2Fgpt-4o", "/v1/models/openai?limit=1", "/v1/models/gpt-4o/offers",
  "/v1/models/gpt-4o/compare", "/v1/models/unique", "/v1/models/search?q=gpt", "/v1/models/by-category/free",
  "/v1/pricing/gpt-4o", "/v1/gateways", "/v1/gateways/status", "/v1/routers", "/v1/providers", "/v1/stats",
  "/api/models/detail?modelId=gpt-4o", "/health/catalog/models", "/health/catalog/providers",
  "/health/catalog/unpriced",
]

/// Routes of every kind whose answers are not views of one version.
let liveTargets = [
  "/", "/health/live", "/v1/changes", "/v1/changes.atom", "/v1/models/gpt-4o/history", "/v1/deprecations",
]

@Suite(.timeLimit(.minutes(1)))
struct HeaderFieldTests {
  @Test("every read has an entity tag, its version, its age and where it was found", arguments: readTargets)
  func fields(_ target: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let response = try await server.get(target)
      #expect(response.status == 200)
      let version = server.service.coherence.manifest?.version
      #expect(response["etag"]?.wholeMatch(of: /"[!-~]+"/) != nil)
      #expect(response["x-catalog-version"] == version)
      #expect(response["age"].flatMap { Int($0) } != nil)
      #expect(response["x-cache"]?.wholeMatch(of: /(hit|miss); tier=(local|database); state=fresh/) != nil)
      #expect(response["cache-control"]?.contains("stale-while-revalidate") == true)
      #expect(response["cache-control"]?.contains("stale-if-error") == true)
      #expect(response["content-type"] == "application/json")
      #expect(response["vary"] == "accept-encoding")
      #expect(response["date"]?.wholeMatch(of: /[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/) != nil)
      #expect(try await server.get(target)["x-cache"]?.hasPrefix("hit") == true)
    }
  }

  @Test("a client that has the answer is told so with 304 and no body", arguments: readTargets)
  func notModified(_ target: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let first = try await server.get(target)
      let tag = try #require(first["etag"])
      for field in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
        for extra in [[], [TestServer.slowField]] {
          let again = try await server.send("GET", target, fields: ["If-None-Match: \(field)"] + extra)
          #expect(again.status == 304, "\(field)")
          #expect(again["etag"] == tag)
          #expect(again["x-catalog-version"] == first["x-catalog-version"])
          #expect(again["cache-control"] == first["cache-control"])
          #expect(again["content-length"] == nil)
        }
      }
      #expect(try await server.get(target, "If-None-Match: \"other\"").status == 200)
      #expect(try await server.get(target, "If-None-Match: \(tag.dropLast())x\"").status == 200)
    }
  }

  @Test("HEAD gives the fields of GET and no body", arguments: readTargets + liveTargets)
  func head(_ target: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let get = try await server.get(target, TestServer.slowField)
      try await server.connect { client in
        client.send(TestServer.request("HEAD", target) + TestServer.request("GET", "/health/live"))
        let head = try await client.response(hasBody: false)
        #expect(head.status == get.status)
        #expect(head["content-length"] == get["content-length"])
        #expect(head["etag"] == get["etag"])
        #expect(try await client.response().text == #"{"status":"live"}"#)
      }
    }
  }

  @Test("a problem in answer to HEAD has no body", arguments: ["/nowhere", "/v1/models?limit=0", "/v1/cost/estimate"])
  func headOfProblem(_ target: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      try await server.connect { client in
        client.send(TestServer.request("HEAD", target) + TestServer.request("GET", "/health/live"))
        let head = try await client.response(hasBody: false)
        #expect(head.status >= 400)
        #expect(try await client.response().text == #"{"status":"live"}"#)
      }
    }
  }

  @Test("gzip decompresses to the same bytes, under an entity tag of its own", arguments: readTargets)
  func gzip(_ target: String) async throws {
    try await TestServer.run(Catalogs.small() + Catalogs.random()) { server in
      let plain = try await server.get(target)
      let packed = try await server.get(target, "Accept-Encoding: br, gzip;q=0.8")
      if packed["content-encoding"] == "gzip" {
        #expect(packed["etag"] != plain["etag"])
        #expect(packed.body.count < plain.body.count)
        #expect(try Gzip.decompress(packed.body, limit: 1 << 24) == plain.body)
        let tag = try #require(packed["etag"])
        #expect(try await server.get(target, "Accept-Encoding: gzip", "If-None-Match: \(tag)").status == 304)
        #expect(try await server.get(target, "If-None-Match: \(tag)").status == 200)
      } else {
        #expect(packed.comparable == plain.comparable)
        #expect(plain.body.count < 1_024 || target.hasPrefix("/v1/models/"))
      }
    }
  }

  @Test(
    "gzip is sent only where it is accepted",
    arguments: [
      ("gzip", true), ("GZIP", true), ("deflate, gzip", true), ("gzip;q=1.0", true), ("gzip; q=0.001", true),
      ("x-gzip", true), ("gzip;q=0", false), ("gzip;q=0.000", false), ("br", false), ("identity", false), ("", false),
    ])
  func acceptEncoding(_ field: String, _ isAccepted: Bool) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      for extra in [[], [TestServer.slowField]] {
        let response = try await server.send("GET", "/v1/models", fields: ["Accept-Encoding: \(field)"] + extra)
        #expect((response["content-encoding"] == "gzip") == isAccepted)
      }
    }
  }

  @Test("different answers of one version have different entity tags, and so do versions")
  func tagsDiffer() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      var tags: [String] = []
      for target in readTargets { tags.append(try #require(try await server.get(target)["etag"])) }
      #expect(Set(tags).count == readTargets.count)
      try await server.store.replace(with: [try .sample(provider: "newcomer")])
      try await server.service.refresh()
      for (target, tag) in zip(readTargets, tags) {
        #expect(try await server.get(target, "If-None-Match: \(tag)").status == 200, "\(target)")
      }
    }
  }
}
