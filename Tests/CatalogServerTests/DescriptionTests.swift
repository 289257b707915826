import Catalog
import Compression
import HTTPTypes
import TestSupport
import Testing

@testable import CatalogServer

/// What describes the interface, and whether it describes the interface that there is.
@Suite(.timeLimit(.minutes(1)))
struct DescriptionTests {
  @Test("every path of the description is a route, with exactly the methods that it takes")
  func pathsAreRoutes() throws {
    let operations = try InterfaceDocument.operations()
    #expect(operations.count > 60)
    for (path, operations) in Dictionary(grouping: operations, by: \.path) {
      let found = try #require(EveryRoute.find(operations[0].segments), "\(path)")
      let methods = Set(found.methods.map(\.rawValue)).subtracting(["HEAD"])
      #expect(Set(operations.map(\.method)) == methods, "\(path)")
    }
  }

  @Test("every route is described")
  func routesAreDescribed() throws {
    let described = Set(try InterfaceDocument.operations().compactMap { EveryRoute.find($0.segments)?.route })
    let missing = EveryRoute.all.subtracting(described)
    #expect(missing.isEmpty)
    #expect(described.subtracting(EveryRoute.all).isEmpty)
  }

  @Test("what is described as asking for a key asks for one, and nothing else does")
  func keys() throws {
    for operation in try InterfaceDocument.operations() {
      let isGuarded = operation.value["security"]?.array?.isEmpty == false
      #expect(RoutePolicy.isGuarded(operation.path) == isGuarded, "\(operation.path)")
      let statuses = operation.value["responses"]?.names ?? []
      #expect(statuses.contains("401") == isGuarded, "\(operation.path)")
    }
  }

  @Test("every operation says that its address may be malformed or too long, as that is looked at first")
  func malformedAddresses() throws {
    for operation in try InterfaceDocument.operations() {
      let statuses = operation.value["responses"]?.names ?? []
      #expect(statuses.contains("400") && statuses.contains("414"), "\(operation.method) \(operation.path)")
    }
  }

  @Test("routes that the server is looked after with refuse such addresses, and take no notice of parameters")
  func lookedAfter() async throws {
    try await run { server in
      for path in ["/", "/health", "/health/live", "/health/ready", "/openapi.json", "/docs"] {
        let long = String(repeating: "x", count: RequestTarget.maximumLength)
        var statuses: [Int] = []
        for query in ["colour=red", "x=%", long] { statuses.append(try await server.get("\(path)?\(query)").status) }
        #expect(statuses == [200, 400, 414], "\(path)")
      }
    }
  }

  @Test("every reference within the document leads somewhere")
  func references() throws {
    let document = try JSONReader.parse(InterfaceDocument.bytes())
    var count = 0
    func check(_ value: JSONValue) {
      for (name, member) in value.object?.members ?? [] {
        if name == "$ref", let text = member.string {
          count += 1
          let found = text.split(separator: "/").dropFirst().reduce(Optional(document)) { $0?[String($1)] }
          #expect(found != nil, "\(text)")
        }
        check(member)
      }
      for element in value.array ?? [] { check(element) }
    }
    check(document)
    #expect(count > 500)
  }

  @Test("the words that parameters take are those that the code takes")
  func words() throws {
    let components = try JSONReader.parse(InterfaceDocument.bytes())["components"]
    let words = { (name: String) in components?["schemas"]?[name]?["enum"]?.strings }
    #expect(words("Modality") == Modality.allCases.map(\.rawValue))
    #expect(words("Capability") == Capability.allCases.map(\.rawValue))
    #expect(words("OfferStatus") == OfferStatus.allCases.map(\.rawValue))
    #expect(words("PriceState") == PriceState.allCases.map(\.rawValue))
    #expect(words("PriceComponent") == PriceComponent.allCases.map(\.rawValue))
    #expect(words("PriceUnit") == PriceUnit.allCases.map(\.rawValue))
    let parameter = { (name: String) in components?["parameters"]?[name]?["schema"]?["enum"]?.strings }
    #expect(parameter("sort") == OfferSort.allCases.map(\.rawValue))
    #expect(parameter("unique_sort") == UniqueSort.allCases.map(\.rawValue))
    #expect(parameter("category") == ModelCategory.allCases.map(\.rawValue))
    let offer = components?["schemas"]?["OfferPatch"]?["properties"]?.names
    #expect(offer == OfferMember.allCases.map(\.rawValue))
  }

  @Test("the document is served as it is, packed where asked for, and not again to who has it")
  func document() async throws {
    try await run { server in
      let plain = try await server.get("/openapi.json")
      #expect(plain.status == 200)
      #expect(plain["content-type"] == "application/json")
      #expect(try plain.body == InterfaceDocument.bytes())
      let packed = try await server.get("/openapi.json", "Accept-Encoding: gzip")
      #expect(packed["content-encoding"] == "gzip")
      #expect(try Gzip.decompress(packed.body, limit: 1 << 20) == plain.body)
      #expect(packed["etag"] != plain["etag"])
      let tag = try #require(plain["etag"])
      let again = try await server.get("/openapi.json", "If-None-Match: \(tag)")
      #expect(again.status == 304)
      #expect(again["etag"] == tag)
      #expect(again.body.isEmpty)
    }
  }

  @Test("the page shows every operation and every schema, and runs and loads nothing")
  func page() async throws {
    try await run { server in
      let page = try await server.get("/docs")
      #expect(page["content-type"] == "text/html; charset=utf-8")
      let policy = try #require(page["content-security-policy"])
      #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
      for word in ["<script", "src=", "<link", "<img", "url("] { #expect(!page.text.contains(word), "\(word)") }
      let links = page.text.matches(of: #/href="([^"]*)"/#).map { String($0.output.1) }
      #expect(links.allSatisfy { $0.hasPrefix("#") || $0 == "openapi.json" })
      for operation in try InterfaceDocument.operations() {
        let id = try #require(operation.value["operationId"]?.string)
        #expect(page.text.contains("<details id=\"\(id)\">"), "\(id)")
      }
      let schemas = try JSONReader.parse(InterfaceDocument.bytes())["components"]?["schemas"]?.names ?? []
      for schema in schemas { #expect(page.text.contains("<code>\(schema)</code>"), "\(schema)") }
    }
  }

  @Test("what a document says is text on the page, never markup")
  func markup() throws {
    let document = try JSONReader.parse(
      #"{"info":{"title":"<b>&","description":"`<i>`"},"tags":[{"name":"<u>\"","description":"x"}]}"#)
    let html = DescriptionPage(document).html
    #expect(html.contains("<h1>&lt;b&gt;&amp;</h1>"))
    #expect(html.contains("<code>&lt;i&gt;</code>"))
    #expect(html.contains("<h2 id=\"-u--\">&lt;u&gt;&quot;</h2>"))
  }

  @Test("a server without a description has no such routes", arguments: ["/openapi.json", "/docs"])
  func none(_ path: String) async throws {
    try await TestServer.run(Catalogs.small()) { server in
      let response = try await server.get(path)
      #expect(response.status == 404)
    }
  }

  private func run(_ body: (TestServer) async throws -> Void) async throws {
    let bytes = try InterfaceDocument.bytes()
    try await TestServer.run(Catalogs.small(), setup: { $0.configuration.interface = bytes }, body)
  }
}
