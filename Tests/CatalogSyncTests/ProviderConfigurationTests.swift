import Catalog
import CatalogSync
import Testing

@Suite("Providers that an operator configures")
struct ProviderConfigurationTests {
  private static func read(_ text: String) throws -> [ProviderAdapter] {
    try ProviderConfiguration.read(Array(text.utf8))
  }

  private static func refusal(_ text: String) throws -> String? {
    do {
      _ = try read(text)
      return nil
    } catch let error as ProviderConfigurationError {
      return error.description
    }
  }

  @Test("Two members are enough")
  func small() throws {
    let adapter = try #require(
      try Self.read(#"[{"slug":"acme","url":"https://api.acme.example:8443/v1/models"}]"#).first)
    #expect(adapter.slug.text == "acme")
    #expect(adapter.name == "acme")
    #expect(adapter.siteURL == "https://api.acme.example:8443")
    #expect(adapter.format.name == "openai")
    #expect(adapter.authentication == .none)
    #expect(adapter.paging == .none)
    #expect(adapter.minimumOffers == 1)
    #expect(adapter.evidence == .reported)
  }

  @Test("Every member is read")
  func whole() throws {
    let adapter = try #require(
      try Self.read(
        #"""
        [{"slug":"acme","url":"https://api.acme.example/{ACME_ACCOUNT}/models?limit=50","name":"Acme","site_url":
        "https://acme.example/ai","format":"openrouter","authentication":{"header":"x-api-key"},"key_variable":"ACME_KEY",
        "paging":{"token":"after","from":"last_id","while":"has_more"},"minimum_offers":20}]
        """#
      ).first)
    #expect(adapter.name == "Acme")
    #expect(adapter.siteURL == "https://acme.example/ai")
    #expect(adapter.format.name == "openrouter")
    #expect(adapter.authentication == .header("x-api-key", "ACME_KEY"))
    #expect(adapter.paging == .token("after", from: "last_id", while: "has_more"))
    #expect(adapter.minimumOffers == 20)
  }

  @Test(
    "How a request says who asks",
    arguments: [
      (#""key_variable":"K""#, ProviderAdapter.Authentication.bearer("K")),
      (#""authentication":"bearer","key_variable":"K""#, .bearer("K")),
      (#""authentication":"optional","key_variable":"K""#, .optionalBearer("K")),
      (#""authentication":"none""#, .none),
    ])
  func authentication(_ members: String, _ expected: ProviderAdapter.Authentication) throws {
    let adapters = try Self.read(#"[{"slug":"a","url":"https://a.example/",\#(members)}]"#)
    #expect(adapters.map(\.authentication) == [expected])
  }

  @Test(
    "How pages are asked for",
    arguments: [
      (#""none""#, ProviderAdapter.Paging.none), (#""link""#, .link),
      (#"{"token":"t","from":"next"}"#, .token("t", from: "next")),
      (#"{"number":"page","size":100}"#, .number("page", size: 100)),
      (#"{"offset":"offset","size":1}"#, .offset("offset", size: 1)), (#"{"address":"next"}"#, .address("next")),
    ])
  func paging(_ paging: String, _ expected: ProviderAdapter.Paging) throws {
    let adapters = try Self.read(#"[{"slug":"a","url":"https://a.example/","paging":\#(paging)}]"#)
    #expect(adapters.map(\.paging) == [expected])
  }

  @Test(
    "What is wrong is named with provider, member and what would be right",
    arguments: [
      ("", "not JSON: unexpected end at byte 0"),
      ("{}", "expected an array with an object for each provider, found an object"),
      ("[7]", "provider 1, provider: expected an object, found a number"),
      (#"[{"url":"https://a.example/"}]"#, "provider 1, slug: is missing"),
      (#"[{"slug":"a"}]"#, "provider 1 (a), url: is missing"),
      (
        #"[{"slug":"a","url":"https://a.example/","key":"sk-1"}]"#,
        "provider 1 (a), key: is not known; there are slug, url, name, site_url, format, authentication, key_variable, "
          + "paging, minimum_offers"
      ),
      (
        #"[{"slug":"A b","url":"https://a.example/"}]"#,
        "provider 1 (A b), slug: \"A b\" is not a provider slug: use 1 to 64 lower-case letters, digits, \"-\", \"_\" or "
          + "\".\", starting with a letter or digit"
      ),
      (
        #"[{"slug":"a","url":"https://a.example/"},{"slug":"a","url":"https://b.example/"}]"#,
        "provider 2 (a), slug: is that of provider 1 too"
      ),
      (
        #"[{"slug":"litellm","url":"https://a.example/"}]"#,
        "provider 1 (litellm), slug: is that of a catalog of many providers, which a configuration cannot replace"
      ),
      (#"[{"slug":"a","url":5}]"#, "provider 1 (a), url: expected a string, found a number"),
      (#"[{"slug":"a","url":"  "}]"#, "provider 1 (a), url: is empty"),
      (#"[{"slug":"a","url":null}]"#, "provider 1 (a), url: expected a string, found null"),
      (
        #"[{"slug":"a","url":"https://a.example/","format":"litellm"}]"#,
        "provider 1 (a), format: is that of a catalog of many providers"
      ),
      (
        #"[{"slug":"a","url":"https://a.example/","minimum_offers":0}]"#,
        "provider 1 (a), minimum_offers: expected a whole number from 1 to 1000000"
      ),
      (
        #"[{"slug":"a","url":"https://a.example/","minimum_offers":"5"}]"#,
        "provider 1 (a), minimum_offers: expected a whole number from 1 to 1000000"
      ),
      (
        #"[{"slug":"a","url":"https://a.example/","authentication":"bearer"}]"#,
        "provider 1 (a), key_variable: is missing"
      ),
      (
        #"[{"slug":"a","url":"https://a.example/","authentication":"none","key_variable":"K"}]"#,
        "provider 1 (a), key_variable: has no meaning where authentication is \"none\""
      ),
      (
        #"[{"slug":"a","url":"https://a.example/","key_variable":"sk-or-v1-123"}]"#,
        "provider 1 (a), key_variable: expected the name of an environment variable such as ACME_API_KEY, "
          + "not the key itself"
      ),
      (
        #"[{"slug":"a","url":"https://a.example/","authentication":"basic"}]"#,
        "provider 1 (a), authentication: expected \"bearer\", \"optional\", \"none\" or {\"header\":\"x-api-key\"}"
      ),
    ])
  func refused(_ text: String, _ message: String) throws {
    #expect(try Self.refusal(text) == message)
  }

  @Test("A key that stands where its variable should is not repeated in the message")
  func secret() throws {
    let refusal = try Self.refusal(#"[{"slug":"a","url":"https://a.example/","key_variable":"sk-or-v1-123"}]"#)
    #expect(refusal?.contains("sk-or-v1-123") == false)
  }

  @Test("An unknown format is answered with the names of all")
  func unknownFormat() throws {
    let refusal = try Self.refusal(#"[{"slug":"a","url":"https://a.example/","format":"opnai"}]"#)
    #expect(refusal?.hasPrefix(#"provider 1 (a), format: "opnai" is not an import format; choose one of"#) == true)
  }

  @Test(
    "Only this machine is asked without encryption",
    arguments: [
      "http://localhost:11434/v1/models", "http://127.0.0.1/v1/models", "http://127.10.20.30:1/x",
      "http://[::1]:8080/v1/models", "https://10.0.0.5/v1/models", "https://a.example/v1/models?x=%7B&y=a+b",
      "https://a.example/{ACCOUNT}/models?team={TEAM_ID}",
    ])
  func goodAddress(_ url: String) throws {
    #expect(try Self.read(#"[{"slug":"a","url":"\#(url)"}]"#).map(\.url) == [url])
  }

  @Test(
    "An address that is none, or that leads elsewhere than it seems, is refused",
    arguments: [
      "http://a.example/v1/models", "http://localhost.a.example/", "http://127.0.0.1.a.example/", "http://127.0.0.256/",
      "http://127.1/", "http://0.0.0.0/", "http://[::2]/", "http://user@localhost/", "https://user:key@a.example/",
      "https://a.example\\\\@b.example/", "https://a.example#@b.example/", "ftp://a.example/", "file:///etc/passwd",
      "a.example/v1", "https:a.example", "https:///v1", "https://:443/", "https://a.example:0/",
      "https://a.example:99999/",
      "https://a.example:8 0/", "https://A.example/", "https://a_b.example/", "https://{HOST}/v1",
      "https://[a.example/",
      "https://a.example/{}", "https://a.example/{A-B}", "http://0127.0.0.1/", "https://a.example/{My_Key}",
      "https://a.example/{A__KEY}",
      "https://a.example/{A", "https://a.example/A}",
      "https://a.example/\\u0000", "https://a.example/\\r\\nx: y", "https://a.example/é", "javascript:alert(1)",
    ])
  func badAddress(_ url: String) throws {
    let refusal = try Self.refusal(#"[{"slug":"a","url":"\#(url)"}]"#)
    #expect(refusal?.hasPrefix("provider 1 (a), url: ") == true, "\(refusal ?? "was taken")")
  }

  @Test(
    "A variable that could not be found by its name is refused, and not repeated",
    arguments: ["My_Key", "my_key", "A__KEY", "_KEY", "KEY_", "1_KEY", "KEY-1"])
  func badVariable(_ name: String) throws {
    let refusal = try Self.refusal(#"[{"slug":"a","url":"https://a.example/","key_variable":"\#(name)"}]"#)
    #expect(refusal?.hasPrefix("provider 1 (a), key_variable: expected the name") == true, "\(refusal ?? "was taken")")
    #expect(refusal?.contains(name) == false)
  }

  @Test("A key in an address is answered with where it belongs, and not repeated")
  func keyInAddress() throws {
    #expect(
      try Self.refusal(#"[{"slug":"a","url":"https://user:sk-or-v1@a.example/"}]"#)
        == "provider 1 (a), url: has a user name; name the variable of the key in key_variable instead")
  }

  @Test("A site has no variables and no other scheme", arguments: ["https://a.example/{KEY}", "http://a.example", "x"])
  func badSite(_ site: String) throws {
    let refusal = try Self.refusal(#"[{"slug":"a","url":"https://a.example/","site_url":"\#(site)"}]"#)
    #expect(refusal?.hasPrefix("provider 1 (a), site_url: ") == true)
  }

  @Test(
    "A header that is none, or that HTTP needs for itself, is refused",
    arguments: [
      #"{"header":"Host"}"#, #"{"header":"authorization"}"#, #"{"header":"x: y"}"#, #"{"header":"x\r\ny"}"#,
      #"{"header":""}"#, #"{"header":7}"#, #"{"header":"x","value":"y"}"#, "{}", "[]", "true",
    ])
  func badHeader(_ authentication: String) throws {
    let text = #"[{"slug":"a","url":"https://a.example/","key_variable":"K","authentication":\#(authentication)}]"#
    #expect(try Self.refusal(text)?.hasPrefix("provider 1 (a), authentication: expected ") == true)
  }

  @Test(
    "Paging that is none is refused with the forms that there are",
    arguments: [
      #""pages""#, "{}", "5", #"{"token":"t"}"#, #"{"number":"page"}"#, #"{"number":"page","size":0}"#,
      #"{"number":"page","size":100000}"#, #"{"number":"page","size":1.5}"#, #"{"offset":"a&b","size":5}"#,
      #"{"address":"next","size":5}"#, #"{"token":"t","from":""}"#, #"{"token":"t","from":"a","while":""}"#,
    ])
  func badPaging(_ paging: String) throws {
    let refusal = try Self.refusal(#"[{"slug":"a","url":"https://a.example/","paging":\#(paging)}]"#)
    #expect(refusal?.hasPrefix("provider 1 (a), paging: expected \"none\", \"link\", ") == true)
  }

  @Test("A file that is too large, too long or too deep is refused before it is read as a whole")
  func bounds() throws {
    #expect(
      try Self.refusal("[" + String(repeating: " ", count: 1 << 20) + "]") == "1048578 bytes, at most 1048576 are read")
    let many = (0...1_000).map { #"{"slug":"p\#($0)","url":"https://a.example/"}"# }.joined(separator: ",")
    #expect(try Self.refusal("[\(many)]") == "1001 providers, at most 1000 are read")
    #expect(try Self.refusal(#"[{"paging":[[[[]]]]}]"#)?.hasPrefix("not JSON: ") == true)
    let long = String(repeating: "x", count: 3_000)
    #expect(
      try Self.refusal(#"[{"slug":"a","url":"https://a.example/\#(long)"}]"#)
        == "provider 1 (a), url: is longer than 2048 bytes")
    let name = String(repeating: "\\u001b", count: 500)
    let refusal = try #require(try Self.refusal(#"[{"slug":"\#(name)","\#(name)":1}]"#))
    #expect(refusal.count < 400)
    #expect(!refusal.contains("\u{1B}"))
  }

  @Test("A configured provider is added, or replaces the built-in one of its slug")
  func registry() throws {
    let configured = try Self.read(
      #"[{"slug":"acme","url":"https://a.example/"},{"slug":"groq","url":"https://groq.example/v1/models"}]"#)
    let registry = ProviderRegistry(configured: configured)
    #expect(registry.all.count == ProviderAdapter.all.count + 1)
    #expect(registry.all.map(\.slug) == registry.all.map(\.slug).sorted())
    #expect(try registry.named("groq").url == "https://groq.example/v1/models")
    #expect(try registry[ProviderSlug("acme")]?.url == "https://a.example/")
    #expect(try ProviderAdapter.named("groq").url == "https://api.groq.com/openai/v1/models")
    #expect(throws: UnknownProvider.self) { try ProviderAdapter.named("acme") }
  }
}
