import Catalog
import CatalogSync
import Testing

@Suite("What does not fit is refused whole, with a message that tells a person what to do")
struct MisfitTests {
  @Test(
    "A row that does not fit is named with its field",
    arguments: [
      (
        "openrouter", #"{"data":[{"id":"a"},{"id":"openai/gpt-4o","pricing":{"prompt":{}}}]}"#,
        "openrouter: row 1 (openai/gpt-4o), pricing.prompt: expected a decimal string, found an object"
      ),
      (
        "openrouter", #"{"data":[{"id":"a","pricing":{"prompt":"cheap"}}]}"#,
        "openrouter: row 0 (a), pricing.prompt: \"cheap\" is not a decimal number"
      ),
      (
        "openrouter", #"{"data":[{"id":"a","pricing":{"prompt":"12x"}}]}"#,
        "openrouter: row 0 (a), pricing.prompt: \"12x\" is not a decimal number"
      ),
      (
        "openrouter", #"{"data":[{"id":"a","context_length":"128k"}]}"#,
        "openrouter: row 0 (a), context_length: expected a whole number, found a string"
      ),
      (
        "openrouter", #"{"data":[{"id":"a","context_length":-5}]}"#,
        "openrouter: row 0 (a), context_length: -5 is not between 1 and 100000000 tokens"
      ),
      ("openrouter", #"{"data":[{"name":"x"}]}"#, "openrouter: row 0, id: is missing"),
      ("openrouter", #"{"data":[{"id":7}]}"#, "openrouter: row 0, id: expected a string, found a number"),
      ("openrouter", #"{"data":[{"id":""}]}"#, "openrouter: row 0, id: is empty"),
      ("openrouter", #"{"data":["gpt-4o"]}"#, "openrouter: row 0, row: expected an object, found a string"),
      (
        "openrouter", #"{"data":[{"id":"a","supported_parameters":["tools",3]}]}"#,
        "openrouter: row 0 (a), supported_parameters[1]: expected a string, found a number"
      ),
      ("openai", #"{"data":[{"id":"a\u0000b"}]}"#, "openai: row 0 (a b), id: contains a control character"),
      (
        "litellm", #"{"gpt-4o":{"mode":"chat"}}"#, "litellm: row gpt-4o, litellm_provider: is missing"
      ),
      (
        "models-dev", #"{"x":{"models":{"b":{"limit":{"context":"1"}}}}}"#,
        "models-dev: row x/b (b), limit.context: expected a whole number, found a string"
      ),
      (
        "huggingface-router", #"{"data":[{"id":"m","providers":[{"status":"live"}]}]}"#,
        "huggingface-router: row 0 (m), providers[0].provider: is missing"
      ),
      (
        "friendli", #"{"data":[{"id":"m","pricing":{"input":1,"unit_type":"HOUR"}}]}"#,
        "friendli: row 0 (m), pricing.unit_type: expected \"TOKEN\" or \"SECOND\", found \"HOUR\""
      ),
      (
        "novita", #"{"data":[{"id":"m","input_token_price_per_m":"500"}]}"#,
        "novita: row 0 (m), input_token_price_per_m: expected a number, found a string"
      ),
    ])
  func row(_ format: String, _ body: String, _ message: String) throws {
    #expect(try refusal(format, body) == message)
  }

  @Test(
    "A body of another shape is named as that",
    arguments: [
      (
        "openrouter", #"[{"id":"a"}]"#,
        "openrouter: expected an object with \"data\", found an array; is this another format?"
      ),
      (
        "together", #"{"data":[{"id":"a"}]}"#,
        "together: expected an array, found an object with \"data\" (an array); is this another format?"
      ),
      (
        "gemini", #"{"object":"list","items":[]}"#,
        "gemini: expected an object with \"models\", found an object with \"object\" (a string), \"items\" (an array);"
          + " is this another format?"
      ),
      (
        "openrouter", #"{"data":{"id":"a"}}"#,
        "openrouter: expected an object with \"data\", found an object with \"data\" (an object); is this another format?"
      ),
      ("openrouter", "42", "openrouter: expected an object with \"data\", found a number; is this another format?"),
      (
        "litellm", "[]",
        "litellm: expected an object with LiteLLM's model keys, found an array; is this another format?"
      ),
      (
        "litellm", #"{"object":"list","data":[{"id":"a"}]}"#,
        "litellm: expected an object with LiteLLM's model keys, found \"object\" as a string; is this another format?"
      ),
      ("openrouter", "", "openrouter: not JSON: unexpected end at byte 0"),
      ("openrouter", "<html>", "openrouter: not JSON: unexpected character at byte 0"),
      ("openrouter", #"{"data":[{"id":"a"}"#, "openrouter: not JSON: unexpected end at byte 19"),
      (
        "openrouter", #"{"data":[{"id":"a"}]} x"#, "openrouter: not JSON: text after the end of the document at byte 22"
      ),
    ])
  func shape(_ format: String, _ body: String, _ message: String) throws {
    #expect(try refusal(format, body) == message)
  }

  @Test("An empty list is a failure, not an empty catalog", arguments: ["openrouter", "openai", "groq"])
  func empty(_ format: String) throws {
    #expect(
      try refusal(format, #"{"object":"list","data":[]}"#)
        == "\(format): the list is empty, which is taken for a failure; nothing was imported")
  }

  @Test(
    "An error message with status 200 is told as one",
    arguments: [
      (#"{"error":{"message":"invalid key","code":401}}"#, "invalid key"),
      (#"{"code":"permission-denied","error":"no\naccess"}"#, "no access"),
      (#"{"code":500,"msg":"404 NOT_FOUND","success":false}"#, "404 NOT_FOUND"),
      (#"{"data":[],"success":false,"message":"try later"}"#, "try later"),
      (#"{"detail":"Not authenticated"}"#, "Not authenticated"),
      (#"{"error":""}"#, nil),
    ])
  func errorBody(_ body: String, _ message: String?) throws {
    for format in ["openrouter", "openai", "together", "litellm"] {
      let refusal = try refusal(format, body)
      if let message {
        #expect(refusal == "\(format): the body is an error message, not a list: \(message)")
      } else {
        #expect(refusal?.contains("expected") == true)
      }
    }
  }

  @Test("Nothing a provider writes makes a message long or unprintable")
  func hostileMessage() throws {
    let long = String(repeating: "\\u001b[31m", count: 2_000)
    for body in [#"{"data":[{"id":"\#(long)","name":3}]}"#, #"{"\#(long)":{"litellm_provider":"x"}}"#] {
      for format in ["openai", "litellm"] {
        guard let refusal = try refusal(format, body) else { continue }
        #expect(refusal.count < 1_200)
        #expect(!refusal.contains("\u{1B}"))
      }
    }
  }

  @Test("A long error message is cut")
  func longErrorBody() throws {
    let refusal = try refusal("openai", #"{"error":"\#(String(repeating: "x", count: 5_000))"}"#)
    #expect((refusal?.count ?? .max) < 300)
  }

  @Test("One page of several is refused, since the rest would be taken for removed")
  func page() throws {
    #expect(try refusal("anthropic", #"{"data":[{"id":"a"}],"has_more":true}"#)?.contains("has_more") == true)
    #expect(try refusal("gemini", #"{"models":[{"name":"models/a"}],"nextPageToken":"x"}"#)?.contains("page") == true)
    #expect(try refusal("anthropic", #"{"data":[{"id":"a"}],"has_more":false}"#) == nil)
  }

  @Test("An unknown format is answered with the names of all")
  func unknownFormat() {
    let error = #expect(throws: ImportError.self) { try ImportFormat.named("opnrouter") }
    #expect(error?.description.contains("\"opnrouter\" is not an import format") == true)
    for format in ImportFormat.all { #expect(error?.description.contains(format.name) == true) }
  }

  @Test("Every format of one provider knows whose list it is, and names are unique and sorted")
  func formats() throws {
    for format in ImportFormat.all {
      #expect(format.isMultiProvider == (format.defaultProvider == nil), "\(format.name)")
    }
    let names = ImportFormat.all.map(\.name)
    #expect(names == Set(names).sorted())
    #expect(
      Set(names).isSuperset(of: [
        "anthropic", "chutes", "deepinfra", "fireworks", "groq", "huggingface-router", "litellm", "mistral",
        "modelcatalog", "models-dev", "novita", "openai", "openrouter", "together", "vercel-ai-gateway",
      ]))
  }

  @Test("A member that appears twice is refused, in small and in large objects", arguments: [1, 64, 65, 1_000])
  func repeatedMember(_ count: Int) throws {
    let members = (0..<count).map { #""m\#($0)":0"# }.joined(separator: ",")
    #expect(try refusal("openai", #"{"data":[{"id":"a",\#(members)}]}"#) == nil)
    for name in ["m0", "m\(count - 1)", "id"] {
      let refusal = try refusal("openai", #"{"data":[{"id":"a",\#(members),"\#(name)":1}]}"#)
      #expect(refusal?.contains("member \"\(name)\" appears twice") == true)
    }
  }

  @Test("A provider that the body does not have is an error")
  func providerNotInBody() throws {
    let body = #"{"gpt-4o":{"litellm_provider":"openai","input_cost_per_token":1e-6,"output_cost_per_token":2e-6}}"#
    #expect(try parse("litellm", body, provider: "openai").listings.map(\.provider.slug.text) == ["openai"])
    let error = #expect(throws: ImportError.self) { try parse("litellm", body, provider: "groq") }
    #expect(error?.description == "litellm: the body has no offers of groq")
  }
}
