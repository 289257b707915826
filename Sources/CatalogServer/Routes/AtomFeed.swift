import Catalog

/// Changes as an Atom feed (RFC 4287), the newest first. The same changes are always the same bytes.
struct AtomFeed {
  /// Whose changes they are; nil for everybody's.
  let provider: ProviderSlug?
  /// The changes, oldest first.
  let changes: [CatalogChange]

  static let contentType = "application/atom+xml; charset=utf-8"

  /// What the names of feeds and entries begin with (RFC 4151). They never change: an entry is named by its number in the log.
  private static let tag = "tag:modelcatalog,2026:"
  /// When a feed without entries was last changed; the element may not be left out.
  private static let never = "1970-01-01T00:00:00.000Z"
  /// The most characters of an old or new value.
  private static let longestValue = 400

  /// The document.
  var text: String {
    let query = provider.map { "?gateway=\($0)" } ?? ""
    let place = provider.map { "/\($0)" } ?? ""
    var xml = """
      <?xml version="1.0" encoding="utf-8"?>
      <feed xmlns="http://www.w3.org/2005/Atom">
      <id>\(Self.tag)changes\(place)</id>
      <title>\(Markup.escaped("Changes of the model catalog" + (provider.map { ": \($0)" } ?? "")))</title>
      <updated>\(Markup.escaped(changes.last?.at ?? Self.never))</updated>
      <author><name>modelcatalog</name></author>
      <link rel="self" type="application/atom+xml" href="changes.atom\(query)"/>

      """
    for change in changes.reversed() { Self.write(change, to: &xml) }
    return xml + "</feed>\n"
  }

  private static func write(_ change: CatalogChange, to xml: inout String) {
    // Addresses are relative to that of the feed, which may be behind a proxy that has it elsewhere.
    let history = "models/\(Markup.percentEncoded(change.offer))/history?gateway=\(change.provider)"
    xml += """
      <entry>
      <id>\(tag)change/\(change.sequence)</id>
      <title>\(Markup.escaped(title(of: change)))</title>
      <updated>\(Markup.escaped(change.at))</updated>
      <category term="\(change.kind.rawValue)"/>
      <link rel="alternate" type="application/json" href="changes?since=\(change.sequence - 1)&amp;limit=1"/>
      <link rel="related" type="application/json" href="\(history)"/>
      <summary>\(Markup.escaped(summary(of: change)))</summary>
      </entry>

      """
  }

  private static func title(of change: CatalogChange) -> String {
    let what = change.field.map { "\($0) \(short(change.oldValue)) → \(short(change.newValue))" }
    return "\(change.provider) \(change.offer): \(what ?? change.kind.rawValue)"
  }

  private static func summary(of change: CatalogChange) -> String {
    let what =
      switch change.kind {
      case .added: "Added with the price \(short(change.newValue))"
      case .removed: "Removed; its price was \(short(change.oldValue))"
      case .changed: "Changed: \(change.field ?? "") from \(short(change.oldValue)) to \(short(change.newValue))"
      }
    return "\(what). In effect since \(change.effectiveAt)."
  }

  private static func short(_ value: String?) -> String {
    guard let value else { return "none" }
    return value.count > longestValue ? "\(value.prefix(longestValue))…" : value
  }
}
