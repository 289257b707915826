import Catalog
import PostgresClient
import TieredCaching

/// Reads and writes within one transaction that the caller opens and ends. The triggers raise the revisions and write the
/// change log.
struct CatalogRows {
  let connection: PostgresConnection

  /// The lifetime and all revisions and floors in one statement, so that it needs no transaction of several.
  static let manifestSQL = """
    SELECT NULL, value, NULL, NULL FROM modelcatalog.metadata WHERE name = 'lifetime'
    UNION ALL SELECT provider, NULL, revision, floor FROM modelcatalog.revisions
    """

  /// The manifest in the rows of ``manifestSQL``.
  ///
  /// - Throws: ``StoreError/unavailable(_:)`` when the lifetime is missing.
  static func manifest(_ rows: PostgresRows) throws -> Manifest {
    var lifetime: String?
    var revisions: [PartID: Revision] = [:]
    var floors: [PartID: Revision] = [:]
    for row in 0..<rows.count {
      guard let provider = rows[row, 0], let revision = rows.integer(row, 2), let floor = rows.integer(row, 3) else {
        lifetime = rows[row, 1] ?? lifetime
        continue
      }
      revisions[PartID(provider)] = Revision(Int64(revision))
      if floor > 0 { floors[PartID(provider)] = Revision(Int64(floor)) }
    }
    guard let lifetime else {
      throw StoreError.unavailable("its lifetime is missing from the table modelcatalog.metadata; restore a backup")
    }
    return Manifest(lifetime: lifetime, revisions: revisions, floors: floors)
  }

  func manifest() throws -> Manifest { try Self.manifest(connection.query(Self.manifestSQL)) }

  /// The parts of providers; one that is gone is a part without offers.
  ///
  /// - Throws: ``StoreError/corruptRow(provider:offer:reason:)`` when any row cannot be an offer.
  func parts(of slugs: [ProviderSlug]) throws -> [PartID: ProviderPart] {
    guard !slugs.isEmpty else { return [:] }
    var offers: [ProviderSlug: [Offer]] = [:]
    let known = Dictionary(uniqueKeysWithValues: slugs.map { ($0.text, $0) })
    var reader = OfferRowReader()
    var current: (slug: ProviderSlug, offers: [Offer])?
    try connection.copy(OfferSQL.select(of: slugs.map(\.text))) { row in
      let text = row.text(0) ?? ""
      if current?.slug.text != text {
        if let done = current { offers[done.slug] = done.offers }
        guard let slug = known[text] else { throw PostgresError(.malformed, "a row of another provider") }
        current = (slug, [])
      }
      guard let slug = current?.slug else { return }
      current?.offers.append(try reader.offer(row, of: slug))
    }
    if let done = current { offers[done.slug] = done.offers }
    let providers = try providers(slugs)
    let lastChanges = try lastChanges(of: slugs)
    var parts: [PartID: ProviderPart] = [:]
    for slug in slugs {
      parts[PartID(slug.text)] = ProviderPart(
        provider: providers[slug.text] ?? Provider(slug: slug), offers: offers[slug] ?? [],
        changedAt: lastChanges[slug.text])
    }
    return parts
  }

  private func providers(_ slugs: [ProviderSlug]) throws -> [String: Provider] {
    let sql = "SELECT slug, name, site_url FROM modelcatalog.providers WHERE slug = ANY ($1::text[])"
    let rows = try connection.query(sql, [PostgresLiteral.array(slugs.map(\.text))])
    var providers: [String: Provider] = [:]
    let bySlug = Dictionary(uniqueKeysWithValues: slugs.map { ($0.text, $0) })
    for row in 0..<rows.count {
      guard let text = rows[row, 0], let slug = bySlug[text], let name = rows[row, 1] else { continue }
      providers[text] = Provider(slug: slug, name: name, siteURL: rows[row, 2])
    }
    return providers
  }

  /// When the change log last names each provider.
  private func lastChanges(of slugs: [ProviderSlug]) throws -> [String: String] {
    let rows = try connection.query(
      """
      SELECT named.provider, (
        SELECT \(Timestamp.text("at")) FROM modelcatalog.changes
        WHERE changes.provider = named.provider ORDER BY sequence DESC LIMIT 1)
      FROM unnest($1::text[]) AS named (provider)
      """, [PostgresLiteral.array(slugs.map(\.text))])
    var last: [String: String] = [:]
    for row in 0..<rows.count { if let provider = rows[row, 0] { last[provider] = rows[row, 1] } }
    return last
  }

  func provider(_ slug: ProviderSlug) throws -> Provider? { try providers([slug])[slug.text] }

  func offer(_ id: String, of slug: ProviderSlug) throws -> Offer? {
    let rows = try connection.query(OfferSQL.selectOne, [slug.text, id])
    guard rows.count > 0 else { return nil }
    var reader = OfferRowReader()
    return try reader.offer(SelectedRow(rows: rows, row: 0), of: slug)
  }

  func offerCount(of provider: ProviderSlug) throws -> Int {
    try connection.query("SELECT count(*) FROM modelcatalog.offers WHERE provider = $1", [provider.text])
      .integer(0, 0) ?? 0
  }

  func part(of slug: ProviderSlug) throws -> ProviderPart? {
    let part = try parts(of: [slug])[PartID(slug.text)]
    guard try part?.offers.isEmpty == false || provider(slug) != nil else { return nil }
    return part
  }

  /// The time of the database in seconds since 1970.
  func now() throws -> Int {
    try connection.query("SELECT extract(epoch FROM clock_timestamp())::bigint").integer(0, 0) ?? 0
  }
}

/// Times as the catalog writes them: ISO 8601 in UTC with milliseconds.
enum Timestamp {
  /// An expression that writes a time so.
  static func text(_ column: String) -> String {
    "to_char(\(column) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
  }
}
