import Testing

/// A page of the console as a browser gets it, with what every page must have.
struct ConsoleReader {
  let root: MarkupElement

  static let policy = """
    default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'
    """

  init(_ response: TestResponse, status: Int = 200) throws {
    try #require(response.status == status, "\(response.status): \(response.text.prefix(600))")
    #expect(response["content-type"] == "text/html; charset=utf-8")
    #expect(response["content-security-policy"] == Self.policy)
    #expect(response["x-content-type-options"] == "nosniff")
    #expect(response["referrer-policy"] == "same-origin")
    #expect(response["cache-control"] != nil)
    root = try MarkupElement.parsed(response.body)
    #expect(root.name == "html" && root.attributes["lang"] == "en")
    checkThatNothingRuns()
    checkThatEverybodyCanUseIt()
  }

  func elements(_ name: String) -> [MarkupElement] { root.all.filter { $0.name == name } }

  func element(id: String) throws -> MarkupElement {
    try #require(root.all.first { $0.attributes["id"] == id }, "no element \"\(id)\"")
  }

  /// What a person reads.
  var text: String { elements("main").map(\.allText).joined() }

  /// The fields of the form that goes to an address, by name.
  func fields(of action: String, at index: Int = 0) throws -> [String: String] {
    let forms = elements("form").filter { $0.attributes["action"] == action }
    try #require(forms.indices.contains(index), "no form for \(action)")
    let fields = forms[index].all.filter { $0.name == "input" || $0.name == "button" }.compactMap { field in
      field.attributes["name"].map { ($0, field.attributes["value"] ?? "") }
    }
    return Dictionary(fields) { first, _ in first }
  }

  /// Nothing that the policy would have to stop is there in the first place.
  private func checkThatNothingRuns() {
    for element in root.all {
      let names = element.attributes.keys
      #expect(!names.contains { $0.hasPrefix("on") || $0 == "style" || $0 == "srcdoc" }, "\(element.name) \(names)")
      for name in ["href", "src", "action"] {
        guard let address = element.attributes[name] else { continue }
        let isOwn = address.hasPrefix("/") && !address.hasPrefix("//")
        let isSafe =
          isOwn || address == "#main" || address.hasPrefix("https://") || address.hasPrefix("data:image/svg+xml,")
        #expect(isSafe, "\(element.name) \(name)=\(address)")
      }
    }
    #expect(elements("style").isEmpty)
    #expect(
      elements("script").allSatisfy { $0.text.isEmpty && $0.attributes["src"]?.hasPrefix("/console/assets/") == true })
  }

  /// One heading, names for every control, and ids that occur once.
  private func checkThatEverybodyCanUseIt() {
    #expect(elements("h1").count == 1)
    #expect(elements("main").count == 1)
    #expect(elements("title").first?.text.isEmpty == false)
    let ids = root.all.compactMap { $0.attributes["id"] }
    #expect(ids.count == Set(ids).count, "\(ids.filter { id in ids.filter { $0 == id }.count > 1 })")
    let labelled = Set(elements("label").compactMap { $0.attributes["for"] })
    let within = Set(elements("label").flatMap(\.all).map(ObjectIdentifier.init))
    for control in elements("input") + elements("select") where control.attributes["type"] != "hidden" {
      let isNamed =
        control.attributes["aria-label"] != nil || control.attributes["aria-hidden"] == "true"
        || control.attributes["id"].map(labelled.contains) ?? false || within.contains(ObjectIdentifier(control))
      #expect(isNamed, "\(control.attributes)")
    }
    for table in elements("table") { #expect(table.children("caption").count == 1) }
  }
}
