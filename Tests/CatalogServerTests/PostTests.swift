import Catalog
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PostTests {
  @Test("several models are compared side by side; one that does not exist has suggestions")
  func compare() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let (status, json) = try await server.post("/v1/models/compare", #"{"models":["gpt-4o","acme-1:fp8","gpt-4p"]}"#)
      #expect(status == 200)
      #expect(json["models"]?.array?.map { $0["found"]?.bool } == [true, true, false])
      #expect(json["models"]?[0]?["recommendation"]?["provider"] == .string("discount"))
      #expect(json["models"]?[2]?["suggestions"]?.strings.first == "openai/gpt-4o")
    }
  }

  @Test("a comparison can be narrowed to gateways, and the original's form of it gives the same")
  func compareNarrowedAndBatch() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let narrowed = try await server.post(
        "/v1/models/compare", #"{"models":["gpt-4o"],"gateways":["router","openai"]}"#)
      #expect(narrowed.json["models"]?[0]?["offers"]?.array?.count == 2)
      let (_, whole) = try await server.post("/v1/models/compare", #"{"models":["gpt-4o","acme-1:fp8"]}"#)
      let batch = try await server.send(
        "POST", "/v1/models/batch-compare?model_ids=gpt-4o&model_ids=acme-1:fp8&criteria=price")
      #expect(try batch.json == whole)
    }
  }

  @Test("a cost is exact, ranked by price, and names those that cannot be ranked")
  func cost() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let (status, json) = try await server.post(
        "/v1/cost/estimate", #"{"model":"gpt-4o","input_tokens":1000001,"output_tokens":3}"#)
      #expect(status == 200)
      #expect(json["canonical_id"] == .string("openai/gpt-4o"))
      #expect(json["ranked"]?.array?.map { $0["provider"]?.string } == ["discount", "openai", "router"])
      #expect(json["ranked"]?.array?.map { $0["total"]?.string } == ["2.000026", "2.5000325", "3.000039"])
      let one = try await server.post(
        "/v1/cost/estimate", #"{"model":"gpt-4o","gateway":"openai","input_tokens":4,"output_tokens":0}"#)
      #expect(one.json["ranked"]?.array?.map { $0["total"]?.string } == ["0.00001"])
      let dynamic = try await server.post("/v1/cost/estimate", #"{"model":"router/auto","input_tokens":4}"#)
      #expect(dynamic.json["ranked"]?.array?.isEmpty == true)
      #expect(dynamic.json["unranked"]?[0]?["reason"]?.string?.contains("per request") == true)
    }
  }

  @Test(
    "a body that is not what the route takes is refused and says why",
    arguments: [
      ("/v1/cost/estimate", ""), ("/v1/cost/estimate", "{"), ("/v1/cost/estimate", "[]"),
      ("/v1/cost/estimate", "{}"), ("/v1/cost/estimate", #"{"model":7}"#),
      ("/v1/cost/estimate", #"{"model":"gpt-4o","input_tokens":-1}"#),
      ("/v1/cost/estimate", #"{"model":"gpt-4o","input_tokens":1.5}"#),
      ("/v1/cost/estimate", #"{"model":"gpt-4o","input_tokens":"1"}"#),
      ("/v1/cost/estimate", #"{"model":"gpt-4o","cached_input_tokens":1}"#),
      ("/v1/cost/estimate", #"{"model":"gpt-4o","tokens":1}"#),
      ("/v1/cost/estimate", #"{"model":"gpt-4o","gateway":"nobody"}"#),
      ("/v1/cost/estimate", #"{"model":"gpt-4o","gateway":"openai","provider":"router"}"#),
      ("/v1/cost/estimate?model=x", #"{"model":"gpt-4o"}"#),
      ("/v1/models/compare", #"{"models":[]}"#), ("/v1/models/compare", #"{"models":"gpt-4o"}"#),
      ("/v1/models/compare", #"{"models":[1]}"#), ("/v1/models/compare", #"{"models":[""]}"#),
      ("/v1/models/compare", #"{"models":["gpt-4o"],"gateways":["no such"]}"#),
      ("/v1/models/compare", #"{"models":["gpt-4o"],"extra":1}"#),
      ("/v1/models/compare?x=1", #"{"models":["gpt-4o"]}"#),
      ("/v1/models/batch-compare", ""), ("/v1/models/batch-compare?model_ids=a&criteria=mood", ""),
      ("/v1/models/batch-compare?ids=a", ""),
    ])
  func refusals(_ target: String, _ body: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let response = try await server.send("POST", target, body: body)
      #expect(response.status == 400)
      #expect(response["content-type"] == "application/problem+json")
      #expect(try response.json["detail"]?.string?.isEmpty == false)
    }
  }

  @Test("more models than one comparison takes are refused")
  func tooManyModels() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let names = (0...ModelComparison.maximumModels).map { "\"m\($0)\"" }.joined(separator: ",")
      let (status, _) = try await server.post("/v1/models/compare", "{\"models\":[\(names)]}")
      #expect(status == 400)
    }
  }

  @Test("a body that is too large is refused with 413, with and without a length in front")
  func tooLarge() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let body = #"{"models":["\#(String(repeating: "x", count: 70_000))"]}"#
      let plain = try await server.send("POST", "/v1/models/compare", body: body)
      #expect(plain.status == 413)
      #expect(plain["content-type"] == "application/problem+json")
      let chunk = "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
      let chunked = try await server.connect { client in
        client.send(
          TestServer.request("POST", "/v1/models/compare", fields: ["Transfer-Encoding: chunked"]) + chunk)
        return try await client.response()
      }
      #expect(chunked.status == 413)
    }
  }

  @Test("an unknown model has no cost")
  func costOfNothing() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let (status, json) = try await server.post("/v1/cost/estimate", #"{"model":"gpt-4p"}"#)
      #expect(status == 404)
      #expect(json["allowed"]?.strings.first == "openai/gpt-4o")
    }
  }
}
