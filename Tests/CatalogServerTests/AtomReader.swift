import Foundation
import FoundationXML
import Testing

/// A feed as a feed reader sees it, with what an Atom feed must have (RFC 4287, section 4.1).
struct AtomReader {
  struct Entry {
    let id: String
    let title: String
    let summary: String
    let updated: String
    /// Addresses by relation.
    let links: [String: String]
  }

  let id: String
  let updated: String
  let entries: [Entry]

  init(_ bytes: [UInt8]) throws {
    let root = try Element.parsed(bytes)
    #expect(root.name == "feed")
    #expect(root.attributes["xmlns"] == "http://www.w3.org/2005/Atom")
    id = try root.text("id")
    updated = try root.text("updated")
    #expect(try root.text("title").isEmpty == false)
    #expect(try root.only("author").text("name").isEmpty == false)
    entries = try root.children("entry").map { entry in
      let links = entry.children("link").map { ($0.attributes["rel"] ?? "", $0.attributes["href"] ?? "") }
      return Entry(
        id: try entry.text("id"), title: try entry.text("title"), summary: try entry.text("summary"),
        updated: try entry.text("updated"), links: Dictionary(links) { first, _ in first })
    }
  }
}

/// An element of a document.
private final class Element {
  let name: String
  let attributes: [String: String]
  var text = ""
  private var elements: [Element] = []

  init(name: String, attributes: [String: String]) {
    self.name = name
    self.attributes = attributes
  }

  static func parsed(_ bytes: [UInt8]) throws -> Element {
    let builder = Builder()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = builder
    try #require(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "no XML") in line \(parser.lineNumber)")
    return try #require(builder.root)
  }

  func children(_ name: String) -> [Element] { elements.filter { $0.name == name } }

  func only(_ name: String) throws -> Element {
    let found = children(name)
    try #require(found.count == 1, "one \(name)")
    return found[0]
  }

  func text(_ name: String) throws -> String { try only(name).text }

  private final class Builder: NSObject, XMLParserDelegate {
    var root: Element?
    private var open: [Element] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      let element = Element(name: name, attributes: attributes)
      if let parent = open.last { parent.elements.append(element) } else { root = element }
      open.append(element)
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
      open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) { open.last?.text += text }
  }
}
