import Catalog

/// An OpenAPI document as one page of HTML, without scripts and without anything from elsewhere.
struct DescriptionPage {
  /// The page's own style; its policy allows no other.
  static let style = """
    body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1rem;color:#1b1f24;background:#fff}
    h1,h2,h3{line-height:1.2}code,pre{font:14px/1.4 ui-monospace,monospace}
    pre{background:#f3f4f6;padding:.6rem;overflow-x:auto}summary{cursor:pointer;padding:.2rem 0}
    details{border-top:1px solid #d8dce0;padding:.2rem 0}table{border-collapse:collapse;width:100%}
    th,td{text-align:left;vertical-align:top;padding:.2rem .6rem .2rem 0;border-bottom:1px solid #e5e8eb}
    .method{display:inline-block;min-width:4.5rem;font-weight:700}.quiet{color:#57606a}nav a{margin-right:1rem}
    @media(prefers-color-scheme:dark){body{color:#e6e8ea;background:#16191d}pre{background:#22262b}a{color:#7ab7ff}
    details,th,td{border-color:#363b42}.quiet{color:#9aa4ae}}
    """

  /// Methods in the order in which they are listed.
  private static let methods = ["get", "put", "post", "patch", "delete"]

  private let document: JSONValue

  /// The page of a document.
  init(_ document: JSONValue) { self.document = document }

  /// The page.
  var html: String {
    let tags = (document["tags"]?.array ?? []).compactMap { tag in tag["name"]?.string.map { (name: $0, tag: tag) } }
    let links = tags.map { "<a href=\"#\(Self.anchor($0.name))\">\(Self.escaped($0.name))</a>" }
    var html = """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
      <title>\(title)</title><style>\(Self.style)</style></head><body>
      <h1>\(title)</h1><p>\(text(document["info"]?["description"]))</p>
      <nav>\(links.joined())<a href="#schemas">Schemas</a><a href="openapi.json">openapi.json</a></nav>

      """
    for (name, tag) in tags {
      html += "<h2 id=\"\(Self.anchor(name))\">\(Self.escaped(name))</h2><p>\(text(tag["description"]))</p>\n"
      for (path, method, operation) in operations where operation["tags"]?.array?.first?.string == name {
        html += section(path, method, operation)
      }
    }
    html += "<h2 id=\"schemas\">Schemas</h2>\n"
    for (name, schema) in document["components"]?["schemas"]?.object?.members ?? [] { html += section(name, schema) }
    return html + "</body></html>\n"
  }

  private var title: String { Self.escaped(document["info"]?["title"]?.string ?? "") }

  private var operations: [(path: String, method: String, operation: JSONValue)] {
    (document["paths"]?.object?.members ?? []).flatMap { path, item in
      Self.methods.compactMap { method in item[method].map { (path: path, method: method, operation: $0) } }
    }
  }

  // MARK: Operations

  private func section(_ path: String, _ method: String, _ operation: JSONValue) -> String {
    let parameters = (operation["parameters"]?.array ?? []).map(resolved)
    let isGuarded = operation["security"]?.array?.isEmpty == false
    let body = operation["requestBody"]?["content"]?["application/json"]
    var html = """
      <details id="\(Self.escaped(operation["operationId"]?.string ?? ""))"><summary>\
      <span class="method">\(method.uppercased())</span> <code>\(Self.escaped(path))</code> \
      \(text(operation["summary"]))</summary>
      <p>\(text(operation["description"]))\(isGuarded ? " Asks for an admin key." : "")</p>

      """
    if !parameters.isEmpty {
      html += "<table><tr><th>Parameter</th><th>In</th><th>Value</th><th>Meaning</th></tr>\n"
      for parameter in parameters { html += row(parameter) }
      html += "</table>\n"
    }
    if let body { html += "<p>Body: \(type(of: body["schema"] ?? .null))</p>\n" }
    html +=
      "<pre>\(Self.escaped(command(path, method, parameters, isGuarded: isGuarded, example: body?["example"])))</pre>\n"
    html += "<table><tr><th>Status</th><th>Meaning</th><th>Body</th></tr>\n"
    for (status, response) in operation["responses"]?.object?.members ?? [] {
      html += row(status, resolved(response))
    }
    return html + "</table></details>\n"
  }

  private func row(_ parameter: JSONValue) -> String {
    let name = Self.escaped(parameter["name"]?.string ?? "")
    let isRequired = parameter["required"]?.bool == true
    return "<tr><td><code>\(name)</code>\(isRequired ? " (needed)" : "")</td><td>\(text(parameter["in"]))</td>"
      + "<td>\(type(of: parameter["schema"] ?? .null))</td><td>\(text(parameter["description"]))</td></tr>\n"
  }

  private func row(_ status: String, _ response: JSONValue) -> String {
    let bodies = (response["content"]?.object?.members ?? []).map { kind, content in
      "<span class=\"quiet\">\(Self.escaped(kind))</span> \(type(of: content["schema"] ?? .null))"
    }
    return "<tr><td>\(Self.escaped(status))</td><td>\(text(response["description"]))</td>"
      + "<td>\(bodies.joined(separator: "<br>"))</td></tr>\n"
  }

  /// A command that calls the operation.
  private func command(
    _ path: String, _ method: String, _ parameters: [JSONValue], isGuarded: Bool, example: JSONValue?
  ) -> String {
    var target = path
    var query: [String] = []
    for parameter in parameters {
      guard let name = parameter["name"]?.string else { continue }
      if parameter["in"] == .string("path") {
        target = target.replacing("{\(name)}", with: parameter["example"].map(Self.plain) ?? name)
      } else if parameter["required"]?.bool == true {
        query.append("\(name)=gpt-4o")
      }
    }
    if !query.isEmpty { target += "?" + query.joined(separator: "&") }
    var command = "curl -s " + (method == "get" ? "" : "-X \(method.uppercased()) ") + "\"$URL\(target)\""
    if isGuarded { command += " -H \"Authorization: Bearer $ADMIN_API_KEY\"" }
    if let example { command += " \\\n  -H 'Content-Type: application/json' -d '\(Self.plain(example))'" }
    return command
  }

  // MARK: Schemas

  private func section(_ name: String, _ schema: JSONValue) -> String {
    var html = "<details id=\"schema-\(Self.anchor(name))\"><summary><code>\(Self.escaped(name))</code> "
    html += "\(text(schema["description"]))</summary>\n"
    let members = schema["properties"]?.object?.members ?? []
    guard !members.isEmpty else { return html + "<p>\(type(of: schema))</p></details>\n" }
    let required = Set((schema["required"]?.array ?? []).compactMap(\.string))
    html += "<table><tr><th>Member</th><th>Value</th><th>Meaning</th></tr>\n"
    for (member, schema) in members {
      html += "<tr><td><code>\(Self.escaped(member))</code>\(required.contains(member) ? "" : " (optional)")</td>"
      html += "<td>\(type(of: schema))</td><td>\(text(schema["description"]))</td></tr>\n"
    }
    return html + "</table></details>\n"
  }

  /// What a value may be, with links to the schemas that have a name.
  private func type(of schema: JSONValue) -> String {
    if let name = schema["$ref"]?.string?.split(separator: "/").last {
      return "<a href=\"#schema-\(Self.anchor(String(name)))\">\(Self.escaped(String(name)))</a>"
    }
    if let choices = schema["anyOf"]?.array ?? schema["oneOf"]?.array, schema["properties"] == nil {
      return choices.map(type).joined(separator: " or ")
    }
    if let items = schema["items"] { return "array of " + type(of: items) }
    if let words = schema["enum"]?.array {
      return words.map { "<code>\(Self.escaped(Self.plain($0)))</code>" }.joined(separator: " ")
    }
    if let constant = schema["const"] { return "<code>\(Self.escaped(Self.plain(constant)))</code>" }
    let kinds = schema["type"]?.array?.compactMap(\.string) ?? [schema["type"]?.string ?? "anything"]
    let members = schema["properties"]?.object?.members.map(\.name) ?? []
    let inside = members.isEmpty ? "" : " of <code>\(Self.escaped(members.joined(separator: ", ")))</code>"
    return Self.escaped(kinds.joined(separator: " or ")) + inside + Self.escaped(Self.bounds(of: schema))
  }

  private static func bounds(of schema: JSONValue) -> String {
    let names = [
      ("minimum", "from"), ("maximum", "to"), ("minLength", "at least"), ("maxLength", "at most"), ("pattern", "like"),
    ]
    return names.compactMap { name, word in schema[name].map { " \(word) \(plain($0))" } }.joined()
  }

  // MARK: Texts

  /// What a reference within the document means.
  private func resolved(_ value: JSONValue) -> JSONValue {
    guard let reference = value["$ref"]?.string, reference.hasPrefix("#/") else { return value }
    return reference.dropFirst(2).split(separator: "/").reduce(document) { $0[String($1)] ?? .null }
  }

  /// A text in which what stands between backticks is code.
  private func text(_ value: JSONValue?) -> String {
    Self.escaped(value?.string ?? "").split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { $0.offset.isMultiple(of: 2) ? String($0.element) : "<code>\($0.element)</code>" }.joined()
  }

  /// A value as a person writes it.
  private static func plain(_ value: JSONValue) -> String {
    if let text = value.string { return text }
    var json = JSONWriter()
    json.value(value)
    return json.text
  }

  private static func escaped(_ text: String) -> String { Markup.escaped(text) }

  private static func anchor(_ name: String) -> String {
    String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }
}

extension JSONValue {
  /// A member, if this is an object that has it.
  fileprivate subscript(_ name: String) -> JSONValue? { object?[name] }
}
