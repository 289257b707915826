import Catalog
import Testing

@Suite("Identity collisions")
struct IdentityCollisionTests {
  private func collisions(_ ids: [String], at provider: String = "custom") throws -> [IdentityCollision] {
    let slug = try ProviderSlug(provider)
    let offers = ids.map { Offer(provider: slug, modelID: $0, source: "test", observedAt: 0) }
    return IdentityCollision.find(in: offers.map { ($0, ModelIdentity.of($0)) })
  }

  @Test("Two offers of one provider on one key are seen, with their ids")
  func visible() throws {
    let found = try collisions(["meta/llama-3.1-8b-instruct", "Meta-Llama-3_1-8B-Instruct", "gpt-4o"])
    #expect(found.count == 1)
    #expect(found.first?.key.text == "meta/llama-3.1-8b-instruct")
    #expect(found.first?.offers == ["Meta-Llama-3_1-8B-Instruct", "meta/llama-3.1-8b-instruct"])
    #expect(
      found.first?.description
        == "custom: Meta-Llama-3_1-8B-Instruct, meta/llama-3.1-8b-instruct all have the key meta/llama-3.1-8b-instruct")
  }

  @Test("Variants of one model are no collision")
  func variants() throws {
    #expect(try collisions(["deepseek/deepseek-r1", "deepseek/deepseek-r1:free", "deepseek/deepseek-r1/fp-8"]).isEmpty)
  }

  @Test("Offers that differ only in the variant of the listing are no collision")
  func listingVariants() throws {
    let slug = try ProviderSlug("custom")
    let offers = ["fp8", "bf16"].map {
      Offer(provider: slug, modelID: "deepseek/deepseek-r1", variant: $0, source: "test", observedAt: 0)
    }
    #expect(IdentityCollision.find(in: offers.map { ($0, ModelIdentity.of($0)) }).isEmpty)
  }

  @Test("The order of the offers does not matter")
  func order() throws {
    let ids = ["gpt-4o", "openai/gpt-4o", "qwen/qwq-32b", "qwen-qwq-32b"]
    #expect(try collisions(ids) == collisions(ids.reversed()))
    #expect(try collisions(ids).map(\.key.text) == ["openai/gpt-4o", "qwen/qwq-32b"])
  }
}
