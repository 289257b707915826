import Catalog
import CatalogSync
import Foundation
import Testing

@Suite("The adapters of providers")
struct AdapterTests {
  static let everything = ProviderAdapter.all + ProviderAdapter.curated

  @Test("Each has an address, a site and a name that can be used", arguments: everything.map(\.slug.text))
  func fields(_ slug: String) throws {
    let adapter = try ProviderAdapter.named(slug)
    var address = adapter.url
    for variable in try adapter.url.matches(of: Regex("\\{([A-Z_]+)\\}")).compactMap({ $0.output[1].substring }) {
      address = address.replacing("{\(variable)}", with: "value")
    }
    for text in [address, adapter.siteURL] {
      let components = try #require(URLComponents(string: text), "\(text)")
      #expect(components.scheme == "https")
      #expect(components.host?.contains(".") == true)
      #expect(components.user == nil && components.port == nil && components.fragment == nil)
    }
    #expect(!adapter.name.isEmpty)
    #expect(adapter.minimumOffers >= 1)
    if let variable = adapter.authentication.variable {
      #expect(variable.wholeMatch(of: /[A-Z][A-Z0-9_]*_(API_KEY|TOKEN|API_TOKEN|SECRET_KEY)/) != nil, "\(variable)")
      #expect(!adapter.url.contains(variable), "a key in an address ends up in logs")
    }
  }

  @Test("Slugs are unique and sorted, and the format is one that the command line knows")
  func table() throws {
    let slugs = ProviderAdapter.all.map(\.slug)
    #expect(slugs == Set(slugs).sorted())
    #expect(slugs.count >= 60)
    #expect(Set(slugs).isDisjoint(with: ProviderAdapter.curated.map(\.slug)))
    for adapter in ProviderAdapter.all {
      #expect(try ImportFormat.named(adapter.format.name).name == adapter.format.name)
      #expect(!adapter.format.isMultiProvider, "\(adapter.slug)")
    }
    #expect(ProviderAdapter.curated.allSatisfy { $0.format.isMultiProvider && $0.format.name == $0.slug.text })
  }

  @Test("The gateways that the specification warms first are among them")
  func topGateways() throws {
    for name in ["openrouter", "anthropic", "openai", "groq", "together", "fireworks", "vercel-ai-gateway"] {
      #expect(try ProviderAdapter.named(name).slug.text == name)
    }
  }

  @Test("A format of one provider is used by that provider, under the slug that lists of many providers map to")
  func slugs() throws {
    let slugs = Set(ProviderAdapter.all.map(\.slug))
    for format in ImportFormat.all {
      guard let provider = format.defaultProvider else { continue }
      #expect(slugs.contains(provider), "\(format.name) has no adapter")
    }
    let names = ["gemini", "fireworks_ai", "together_ai", "vercel_ai_gateway", "friendliai", "cloudflare", "dashscope"]
    let body = names.map { #""\#($0)/m":{"litellm_provider":"\#($0)","mode":"chat"}"# }.joined(separator: ",")
    for listing in try parse("litellm", "{\(body)}").listings {
      #expect(slugs.contains(listing.provider.slug), "\(listing.provider.slug)")
    }
    let keys = ["moonshotai", "novita-ai", "nearai", "io-net", "prime", "vercel", "llm7", "cloudflare-workers-ai"]
    let catalog = keys.map { #""\#($0)":{"id":"\#($0)","models":{"m":{"id":"m"}}}"# }.joined(separator: ",")
    for listing in try parse("models-dev", "{\(catalog)}").listings {
      #expect(slugs.contains(listing.provider.slug), "\(listing.provider.slug)")
    }
  }

  @Test("What is asked for page by page is asked for with the size that ends the list")
  func pages() throws {
    for adapter in ProviderAdapter.all {
      switch adapter.paging {
      case .number(_, let size), .offset(_, let size):
        #expect(adapter.url.contains("=\(size)"), "\(adapter.slug)")
      case .none, .token, .address, .link: break
      }
    }
  }

  @Test("A name that is not there is answered with those that are near")
  func unknown() throws {
    let error = #expect(throws: UnknownProvider.self) { try ProviderAdapter.named("opnrouter") }
    #expect(error?.near.first == "openrouter")
    #expect(error?.description == #"there is no provider "opnrouter"; did you mean openrouter?"#)
    #expect(throws: UnknownProvider.self) { try ProviderAdapter.named("OpenAI") }
    let hostile = #expect(throws: UnknownProvider.self) {
      try ProviderAdapter.named(String(repeating: "\u{1B}é", count: 100_000))
    }
    #expect(hostile?.near == [])
    #expect((hostile?.description.count ?? .max) < 300)
    #expect(hostile?.description.contains("\u{1B}") == false)
    #expect(try ProviderAdapter.named("litellm").format.name == "litellm")
  }
}

@Suite("Adapters and recorded bodies", .enabled(if: RecordedBodies.areHere, "the recorded bodies are not there"))
struct RecordedAdapterTests {
  /// Gemini's list in OpenAI's shape, which says less than the one that the adapter asks for.
  private static let otherShape = "gemini-openai-compat"

  @Test(
    "Every recorded body is read by its provider's adapter, and is long enough",
    arguments: RecordedBodies.all.filter { $0.file != otherShape })
  func recorded(_ body: RecordedBodies.Body) throws {
    let adapter = try body.adapter()
    let provider = adapter.format.isMultiProvider ? nil : adapter.slug
    let parsed = try adapter.format.parse(
      RecordedBodies.bytes(body), context: ImportContext(provider: provider, observedAt: observed))
    let offers = parsed.listings.flatMap(\.offers)
    #expect(offers.count >= adapter.minimumOffers)
    // A minimum far below what was seen would let half a list pass.
    if adapter.evidence == .recorded { #expect(offers.count <= 10 * adapter.minimumOffers) }
  }

  @Test("No recorded body is left out")
  func complete() throws {
    #expect(try RecordedBodies.files() == RecordedBodies.all.map(\.file).sorted())
  }

  /// Providers whose bodies were seen and lie elsewhere.
  private static let seen: Set<String> = ["aihorde", "mancer", "nvidia"]
  /// Providers of which another list was recorded than the one that is fetched.
  private static let recordedOtherwise: Set<String> = ["cerebras", "nebius"]

  @Test("What is known from documentation or from others only is labelled so")
  func evidence() throws {
    let recorded = Set(try RecordedBodies.all.map { try $0.adapter().slug.text })
    let labelled = Set(AdapterTests.everything.filter { $0.evidence == .recorded }.map(\.slug.text))
    #expect(labelled == recorded.subtracting(Self.recordedOtherwise).union(Self.seen))
  }
}
