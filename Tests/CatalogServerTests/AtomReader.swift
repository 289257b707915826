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
    let root = try MarkupElement.parsed(bytes)
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
