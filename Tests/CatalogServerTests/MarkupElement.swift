import Foundation
import FoundationXML
import Testing

/// An element of a document.
final class MarkupElement {
  let name: String
  let attributes: [String: String]
  var text = ""
  private(set) var elements: [MarkupElement] = []

  init(name: String, attributes: [String: String]) {
    self.name = name
    self.attributes = attributes
  }

  static func parsed(_ bytes: [UInt8]) throws -> MarkupElement {
    let builder = Builder()
    let parser = XMLParser(data: Data(bytes))
    parser.delegate = builder
    try #require(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "no XML") in line \(parser.lineNumber)")
    return try #require(builder.root)
  }

  func children(_ name: String) -> [MarkupElement] { elements.filter { $0.name == name } }

  /// The element and everything in it, in the order of the document.
  var all: [MarkupElement] { [self] + elements.flatMap(\.all) }

  /// All texts in it.
  var allText: String { all.map(\.text).joined(separator: " ") }

  func only(_ name: String) throws -> MarkupElement {
    let found = children(name)
    try #require(found.count == 1, "one \(name)")
    return found[0]
  }

  func text(_ name: String) throws -> String { try only(name).text }

  private final class Builder: NSObject, XMLParserDelegate {
    var root: MarkupElement?
    private var open: [MarkupElement] = []

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      let element = MarkupElement(name: name, attributes: attributes)
      if let parent = open.last { parent.elements.append(element) } else { root = element }
      open.append(element)
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
      open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) { open.last?.text += text }
  }
}
