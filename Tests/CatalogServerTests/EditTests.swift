import Catalog
import CatalogServer
import TestSupport
import Testing
import TieredCaching

/// Manual updates over HTTP.
@Suite(.timeLimit(.minutes(1)))
struct EditTests {
  // MARK: Offers

  @Test("an offer that is put is in the next read, and in the change log")
  func putOffer() async throws {
    try await Admin.run { server in
      let created = try await server.admin(
        "PUT", "/admin/offers/openai/o9",
        #"{"name":"O9","context_length":1000,"pricing":{"prompt":"0.0000001","completion":"0.0000002"}}"#)
      #expect(created.status == 201)
      #expect(created["cache-control"] == "no-store")
      #expect(created["content-type"] == "application/json")
      let report = try created.json
      #expect(report["kind"] == .string("created"))
      #expect(report["source_gateway"] == .string("openai"))
      #expect(report["id"] == .string("o9"))
      #expect(report["served"] == .bool(true))
      #expect(report["provider_created"] == .bool(false))
      let read = try await server.get("/v1/models/o9")
      #expect(read["x-catalog-version"] == report["catalog_version"]?.string)
      #expect(try read.json["pricing"]?["prompt"] == .string("0.0000001"))
      #expect(try read.json["source"] == .string("manual"))

      let replaced = try await server.admin("PUT", "/admin/offers/openai/o9", #"{"pricing":{"state":"free"}}"#)
      #expect(replaced.status == 200)
      #expect(try replaced.json["kind"] == .string("changed"))
      #expect(
        try replaced.json["changes"]?.array?.map { "\($0["field"]?.string ?? "") \($0["old"]?.string ?? "nil")" } == [
          "name O9", "context_length 1000", "pricing.state priced", "pricing.completion 0.0000002",
          "pricing.prompt 0.0000001",
        ])
      let record = try await server.json("/v1/models/o9")
      #expect(record["name"] == .string("o9"))
      #expect(record["context_length"] == .null)
      #expect(record["is_free"] == .bool(true))
      let log = try await server.json("/v1/changes?gateway=openai&since=7")["data"]?.array ?? []
      #expect(log.map { $0["kind"]?.string } == ["added"] + Array(repeating: "changed", count: 5))

      let again = try await server.admin("PUT", "/admin/offers/openai/o9", #"{"pricing":{"state":"free"}}"#)
      #expect(again.status == 200)
      #expect(try again.json["kind"] == .string("unchanged"))
      #expect(try again.json["catalog_version"] == replaced.json["catalog_version"])
    }
  }

  @Test("an offer of a provider that is not there brings it along")
  func newProvider() async throws {
    try await Admin.run { server in
      let report = try await server.admin("PUT", "/admin/offers/newcomer/a", "{}")
      #expect(report.status == 201)
      #expect(try report.json["provider_created"] == .bool(true))
      #expect(try await server.json("/v1/models?gateway=newcomer")["total"]?.int == 1)
    }
  }

  @Test("a patch changes what it names and keeps the rest, in the next read")
  func patchOffer() async throws {
    try await Admin.run { server in
      let before = try await server.json("/v1/models/gpt-4o?gateway=openai")
      let response = try await server.admin(
        "PATCH", "/admin/offers/openai/gpt-4o", #"{"pricing":{"prompt":"0.000002"},"context_length":null}"#)
      #expect(response.status == 200)
      let changes = try JSONReader.parse(
        """
        [{"field":"context_length","old":"128000","new":null},
         {"field":"pricing.prompt","old":"0.0000025","new":"0.000002"}]
        """)
      #expect(try response.json["changes"] == changes)
      let after = try await server.json("/v1/models/gpt-4o?gateway=openai")
      #expect(after["pricing"]?["prompt"] == .string("0.000002"))
      #expect(after["pricing"]?["completion"] == before["pricing"]?["completion"])
      #expect(after["context_length"] == .null)
      #expect(after["capabilities"] == before["capabilities"])
    }
  }

  @Test("an offer that is deleted is not in the next read")
  func deleteOffer() async throws {
    try await Admin.run { server in
      let response = try await server.admin("DELETE", "/admin/offers/openai/gpt-4o")
      #expect(response.status == 200)
      #expect(try response.json["kind"] == .string("removed"))
      #expect(try await server.get("/v1/models/gpt-4o?gateway=openai").status == 400)
      #expect(try await server.admin("DELETE", "/admin/offers/openai/gpt-4o").status == 404)
    }
  }

  @Test(
    "ids of any characters are taken apart from what is around them",
    arguments: [
      ("router", "meta/llama-3-8b:free", "meta/llama-3-8b:free"), ("acme", "acme-1%3Afp8", "acme-1:fp8"),
      ("router", "a/b%20c%25d", "a/b c%d"), ("router", "a%2Fb%20c%25d", "a/b c%d"),
      ("openai", "providers/offers", "providers/offers"), ("openai", "%2F%2Fx%2F", "//x/"),
      ("openai", "%3Fforce=true", "?force=true"),
      ("openai", "'%3B%20DROP%20TABLE%20offers%3B--", "'; DROP TABLE offers;--"),
      ("openai", "../../v1/models", "../../v1/models"), ("openai", "%C3%A9%F0%9F%9A%80", "é🚀"),
    ])
  func hostileID(gateway: String, path: String, id: String) async throws {
    try await Admin.run { server in
      let count = try await server.json("/v1/models")["total"]?.int ?? 0
      let isNew = try await server.store.offers(gateway).allSatisfy { $0.id != id }
      let put = try await server.admin("PUT", "/admin/offers/\(gateway)/\(path)", #"{"context_length":77}"#)
      #expect(put.status == (isNew ? 201 : 200))
      #expect(try put.json["id"] == .string(id))
      let list = try await server.json("/v1/models")["data"]?.array ?? []
      #expect(list.count == count + (isNew ? 1 : 0))
      #expect(list.first { $0["id"] == .string(id) && $0["context_length"]?.int == 77 } != nil)
      #expect(try await server.admin("DELETE", "/admin/offers/\(gateway)/\(path)").status == 200)
      #expect(try await server.json("/v1/models")["total"]?.int == count - (isNew ? 0 : 1))
    }
  }

  @Test(
    "addresses that mean nothing, or might mean something else, are refused",
    arguments: [
      ("/admin/offers/openai//gpt-4o", 400), ("/admin//offers/openai/gpt-4o", 400),
      ("/admin/offers/openai/gpt-4o/", 400),
      ("/admin/offers/OpenAI/gpt-4o", 400), ("/admin/offers/open%20ai/gpt-4o", 400),
      ("/admin/offers/openai/a%00b", 400),
      ("/admin/offers/openai/a%0Ab", 400), ("/admin/offers/openai/%ff", 400), ("/admin/offers/openai/%", 400),
      ("/admin/offers/openai/gpt-4o?force=true", 400), ("/admin/providers/openai?dry=true", 400),
      ("/admin/providers/openai?force=yes", 400), ("/admin/providers/openai?force=true&force=true", 400),
      ("/admin/offers/openai", 404), ("/admin/offers", 404), ("/admin/providers/openai/x", 404), ("/admin/x/y/z", 404),
      ("/admin/offers/openai/\(String(repeating: "x", count: 4_100))", 414),
      ("/admin/offers/openai/\(String(repeating: "x", count: 300))", 404), ("/admin/offers/nobody/x", 404),
      ("/admin/providers/nobody", 404), ("/admin/providers/nobody?force=true", 404),
    ])
  func badAddress(target: String, status: Int) async throws {
    try await Admin.run { server in
      let before = try await server.store.manifest()
      let response = try await server.admin("DELETE", target)
      #expect(response.status == status, "\(response.text)")
      #expect(response["content-type"] == "application/problem+json")
      #expect(try await server.store.manifest() == before)
    }
  }

  @Test("an id that is too long is not put", arguments: [257, 3_000])
  func longID(length: Int) async throws {
    try await Admin.run { server in
      let id = String(repeating: "x", count: length)
      let response = try await server.admin("PUT", "/admin/offers/openai/\(id)", "{}")
      #expect(response.status == 422)
    }
  }

  @Test("methods that a route does not take are refused with those that it takes", arguments: ["GET", "POST", "HEAD"])
  func methods(method: String) async throws {
    try await Admin.run { server in
      for target in ["/admin/offers/openai/gpt-4o", "/admin/providers/openai"] {
        let response = try await server.admin(method, target)
        #expect(response.status == 405)
        #expect(response["allow"] == "PUT, PATCH, DELETE")
      }
    }
  }

  @Test(
    "a body that is no update is refused and says why",
    arguments: ["PUT", "PATCH"],
    [
      ("", 400, "not JSON"), ("{", 400, "not JSON"), ("[]", 400, "must be an object"),
      ("null", 400, "must be an object"),
      (#"{"colour":1}"#, 400, "colour"), (#"{"id":"x"}"#, 400, "id"), (#"{"source":"me"}"#, 400, "source"),
      (#"{"name":"a","name":"b"}"#, 400, "appears twice"), (#"{"context_length":0}"#, 422, "context_length"),
      (#"{"context_length":1e3}"#, 422, "context_length"), (#"{"context_length":"8"}"#, 422, "context_length"),
      (#"{"name":null}"#, 422, "name"), (#"{"name":"\u0000"}"#, 422, "name"), (#"{"status":"new"}"#, 422, "status"),
      (#"{"aliases":"a"}"#, 422, "aliases"), (#"{"pricing":{"prompt":0.1}}"#, 422, "pricing.prompt"),
      (#"{"pricing":{"prompt":"1e-99"}}"#, 422, "pricing.prompt"),
      (#"{"pricing":{"prompt":"-1"}}"#, 422, "pricing.prompt"),
      (#"{"pricing":{"state":"priced"}}"#, 422, "pricing.state"), (#"{"pricing":"free"}"#, 422, "pricing"),
    ])
  func badBody(method: String, expected: (body: String, status: Int, says: String)) async throws {
    try await Admin.run { server in
      let before = try await server.store.manifest()
      let response = try await server.admin(method, "/admin/offers/openai/gpt-4o", expected.body)
      #expect(response.status == expected.status, "\(response.text)")
      #expect(response["content-type"] == "application/problem+json")
      #expect(try response.json["detail"]?.string?.contains(expected.says) == true, "\(response.text)")
      #expect(try await server.store.manifest() == before)
    }
  }

  @Test("an unknown member is answered with those that are known")
  func unknownMember() async throws {
    try await Admin.run { server in
      let patch = try await server.admin("PATCH", "/admin/offers/openai/gpt-4o", #"{"colour":1}"#).json
      #expect(patch["allowed"]?.strings == OfferPatch.memberNames)
      let put = try await server.admin("PUT", "/admin/offers/openai/gpt-4o", #"{"colour":1}"#).json
      #expect(put["allowed"]?.strings == ["variant"] + OfferPatch.memberNames)
    }
  }

  @Test("a body that is too large is refused")
  func tooLarge() async throws {
    try await Admin.run { server in
      let body = #"{"description":"\#(String(repeating: "x", count: 70_000))"}"#
      let response = try await server.admin("PATCH", "/admin/offers/openai/gpt-4o", body)
      #expect(response.status == 413)
    }
  }

  @Test("a variant is the end of the id")
  func variant() async throws {
    try await Admin.run { server in
      let put = try await server.admin("PUT", "/admin/offers/openai/o9:fp4", #"{"variant":"fp4"}"#)
      #expect(put.status == 201)
      #expect(try await server.json("/v1/models/o9:fp4")["provider_model_id"] == .string("o9"))
      for body in [#"{"variant":"fp8"}"#, #"{"variant":"o9:fp4"}"#, #"{"variant":4}"#, #"{"variant":""}"#] {
        #expect(try await server.admin("PUT", "/admin/offers/openai/o9:fp4", body).status == 422, "\(body)")
      }
    }
  }

  // MARK: Providers

  @Test("a provider is put, patched and deleted, in the next read each time")
  func providers() async throws {
    try await Admin.run { server in
      #expect(try await server.admin("PUT", "/admin/providers/fresh", #"{"name":"Fresh"}"#).status == 201)
      _ = try await server.admin("PUT", "/admin/offers/fresh/a", "{}")
      let named = try await server.admin(
        "PATCH", "/admin/providers/fresh", #"{"name":"Fresher","site_url":"https://fresh.example"}"#)
      #expect(named.status == 200)
      #expect(try named.json["id"] == .null)
      #expect(try await server.json("/v1/models/a")["provider_site_url"] == .string("https://fresh.example"))
      _ = try await server.admin("PUT", "/admin/providers/fresh", "{}")
      #expect(try await server.json("/v1/models/a")["provider_site_url"] == .null)

      let refused = try await server.admin("DELETE", "/admin/providers/fresh")
      #expect(refused.status == 409)
      #expect(try refused.json["detail"]?.string?.contains("still has offers (1)") == true)
      #expect(try await server.admin("DELETE", "/admin/providers/fresh?force=false").status == 409)
      let removed = try await server.admin("DELETE", "/admin/providers/fresh?force=true")
      #expect(removed.status == 200)
      #expect(try removed.json["removed_offers"]?.int == 1)
      #expect(try await server.get("/v1/models?gateway=fresh").status == 400)
    }
  }

  @Test(
    "a body that is no provider is refused",
    arguments: [
      (#"{"slug":"x"}"#, 400), (#"{"name":7}"#, 422), (#"{"name":null}"#, 422), (#"{"name":""}"#, 422),
      (#"{"site_url":"a\nb"}"#, 422), ("[]", 400),
    ])
  func badProvider(body: String, status: Int) async throws {
    try await Admin.run { server in
      for method in ["PUT", "PATCH"] {
        let response = try await server.admin(method, "/admin/providers/openai", body)
        #expect(response.status == status, "\(method)")
      }
    }
  }

  // MARK: Failures

  @Test("a database that fails is said to be unavailable")
  func storeFails() async throws {
    try await Admin.run { server in
      server.store.fail(.edit, with: StoreError.unavailable("the disk is gone"))
      let response = try await server.admin("DELETE", "/admin/offers/openai/gpt-4o")
      #expect(response.status == 503)
      #expect(response["retry-after"] != nil)
    }
  }

  @Test("an update that was committed is a success, even when this server cannot serve it yet")
  func cannotServe() async throws {
    try await Admin.run { server in
      server.store.fail(.load, with: StoreError.unavailable("no such table"))
      let response = try await server.admin("DELETE", "/admin/offers/openai/gpt-4o")
      #expect(response.status == 200)
      #expect(try response.json["served"] == .bool(false))
      server.store.fail(.load, with: nil)
      try await server.service.refresh()
      let version = try await server.get("/v1/models")["x-catalog-version"]
      #expect(try response.json["catalog_version"]?.string == version)
    }
  }
}
