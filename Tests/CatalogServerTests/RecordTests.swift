import Catalog
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RecordTests {
  @Test("a record has the flat shape of the original system and what OpenAI clients need")
  func recordIsFlat() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let record = try await server.json("/v1/models/gpt-4o?gateway=openai")
      #expect(record["id"] == .string("gpt-4o"))
      #expect(record["object"] == .string("model"))
      #expect(record["created"] == .number("1715367049"))
      #expect(record["owned_by"] == .string("openai"))
      #expect(record["canonical_id"] == .string("openai/gpt-4o"))
      #expect(record["name"] == .string("GPT-4o"))
      #expect(record["source_gateway"] == .string("openai"))
      #expect(record["provider_slug"] == .string("openai"))
      #expect(record["context_length"] == .number("128000"))
      #expect(record["pricing_state"] == .string("priced"))
      #expect(record["is_free"] == .bool(false))
      #expect(record["supported_parameters"]?.strings == ["seed", "tools"])
      #expect(record["modality"] == .string("text+image->text"))
      #expect(record["architecture"]?["input_modalities"]?.strings == ["text", "image"])
      #expect(record["architecture"]?["output_modalities"]?.strings == ["text"])
    }
  }

  @Test("prices are decimal strings, and null where there is no price, never a number")
  func pricesAreStrings() async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let data = try #require(try await server.json("/v1/models")["data"]?.array)
      var pricing: [String: JSONValue] = [:]
      for record in data {
        let prices = try #require(record["pricing"]?.object)
        #expect(Array(prices.members.prefix(2).map(\.name)) == ["prompt", "completion"])
        for (name, price) in prices.members where name != "tiers" && name != "units" {
          #expect(price == .null || price.string != nil, "\(name) is \(price.kind)")
        }
        pricing[try #require(record["id"]?.string)] = record["pricing"]
      }
      #expect(pricing["gpt-4o"]?["prompt"] == .string("0.0000025"))
      #expect(pricing["gpt-4o"]?["completion"] == .string("0.00001"))
      #expect(pricing["meta/llama-3-8b:free"]?["prompt"] == .string("0"))
      #expect(pricing["router/auto"]?["prompt"] == .null)
      #expect(pricing["a/b c%d"]?["completion"] == .null)
      #expect(pricing["acme-1:fp8"]?["units"]?["image"] == .string("token"))
      #expect(pricing["acme-1:fp8"]?["tiers"]?[1]?["prompt"] == .string("0.000005"))
    }
  }

  @Test("every record has the same members, and gateway and id together are unique")
  func membersAndUniqueness() async throws {
    try await TestServer.run(Catalogs.small() + Catalogs.random()) { server in
      let data = try #require(try await server.json("/v1/models")["data"])
      let names = data.offerNames
      #expect(names.count == 97)
      #expect(Set(names).count == names.count)
      let shapes = Set((data.array ?? []).map { $0.names.filter { $0 != "pricing_note" } })
      #expect(shapes.count == 1)
    }
  }
}
