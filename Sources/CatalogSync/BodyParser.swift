internal import Catalog

/// Reads a provider's list while it arrives, page by page; only its offers are kept.
public struct BodyParser: ~Copyable {
  private let session: ImportSession
  private var reader: BodyReader

  /// A parser of one list.
  ///
  /// - Throws: ``ImportError/providerMissing(format:)`` when neither format nor context says whose list it is.
  public init(format: ImportFormat, context: ImportContext) throws(ImportError) {
    if !format.isMultiProvider, context.provider == nil, format.defaultProvider == nil {
      throw .providerMissing(format: format.name)
    }
    session = ImportSession(format: format, context: context)
    reader = BodyReader(format: format.name, layout: format.layout)
  }

  /// Takes the next bytes of a page, in any pieces.
  ///
  /// - Throws: ``ImportError`` when they do not fit the format; nothing of the list may be used then.
  public mutating func read(_ bytes: [UInt8]) throws(ImportError) {
    reader.append(bytes)
    try takeContent()
  }

  /// Ends the only page.
  ///
  /// - Throws: ``ImportError`` when the page is not whole, no list, or says that there are more.
  public mutating func endPage() throws(ImportError) {
    let page = try endOnePage()
    try check(page, isLast: true)
  }

  /// Ends a page; what is read next begins another.
  mutating func endOnePage() throws(ImportError) -> BodyReader.PageEnd {
    reader.end()
    try takeContent()
    return try reader.endPage()
  }

  /// Refuses a last page that says that there are more.
  func check(_ page: BodyReader.PageEnd, isLast: Bool) throws(ImportError) {
    if isLast, let reason = page.continuation { throw .incomplete(format: session.format.name, reason: reason) }
  }

  private mutating func takeContent() throws(ImportError) {
    while let content = try reader.next() {
      switch content {
      case .row(let row, let value): try session.read(row: row, value)
      case .header(let name, let value): session.header[name] = value
      }
    }
  }

  /// What a member beside the rows says in the page that was read last.
  func member(_ name: String) -> JSONValue? { session.header[name] }

  /// Forgets the members of the last page, before another is read.
  func beginPage() { session.header = [:] }

  /// What the list says.
  ///
  /// - Throws: ``ImportError`` when it says nothing.
  public consuming func finish() throws(ImportError) -> ParsedBody { try session.finish() }
}
