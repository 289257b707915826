internal import Catalog

extension ImportFormat {
  static let native = ImportFormat(
    manyProviders: "modelcatalog", "this program's own export; exact prices in USD per unit, lossless",
    layout: .list("offers"), states: OfferFields.all.subtracting(.description), mayState: .description,
    conclude: { session throws(ImportError) in try NativeOffer.readHeader(session) }
  ) { (row, session) throws(ImportError) in
    let row = row.identified(as: try row.requiredString("id"))
    let provider = try NativeOffer.slug("provider", in: row)
    guard session.wants(provider) else { return }
    var offer = session.offer(row.place.id, of: provider)
    try NativeOffer.read(row, into: &offer)
    try session.add(offer, from: row)
  }
}

/// Reads what ``NativeFormat`` writes. A member or word that it never writes is refused: the document would say something
/// that this version does not understand.
enum NativeOffer {
  /// The members that say which offer it is and where the facts come from.
  private static let frame: Set<String> = ["provider", "id", "variant", "source", "observed_at"]

  static func read(_ row: Fields, into offer: inout Offer) throws(ImportError) {
    offer.variant = try text("variant", in: row)
    offer.source = try text("source", in: row) ?? offer.source
    offer.observedAt = try row.integer("observed_at") ?? offer.observedAt
    for (name, value) in row.object.members where !frame.contains(name) {
      guard let member = OfferMember(rawValue: name) else {
        throw row.misfit(String(name.prefix(60)), "is not a member of an offer in \(NativeFormat.version)")
      }
      guard value != .null, member != .pricing else { continue }
      do {
        try member.read(value, into: &offer)
      } catch {
        throw row.misfit(error.field, error.reason)
      }
    }
    offer.pricing = try pricing(in: row)
  }

  /// The slug in a member.
  static func slug(_ name: String, in fields: Fields) throws(ImportError) -> ProviderSlug {
    let text = try fields.requiredString(name)
    do {
      return try ProviderSlug(text)
    } catch {
      throw fields.misfit(name, error.description)
    }
  }

  /// Text exactly as written: unlike provider bodies, the document's white space means something.
  private static func text(_ name: String, in row: Fields) throws(ImportError) -> String? {
    guard let value = row[name] else { return nil }
    guard let text = value.string else { throw row.misfit(name, "expected a string, found \(value.kind)") }
    return text
  }

  private static func pricing(in row: Fields) throws(ImportError) -> Pricing {
    guard let value = row["pricing"] else { throw row.misfit("pricing", "is missing") }
    do {
      return try Pricing(value)
    } catch {
      throw row.misfit(error.member.isEmpty ? "pricing" : "pricing.\(error.member)", error.reason)
    }
  }

  /// Reads the members beside the offers: the version, the metadata and the providers' names.
  static func readHeader(_ session: ImportSession) throws(ImportError) {
    let header = Fields(
      object: JSONObject(session.header.map { (name: $0.key, value: $0.value) }),
      place: RowPlace(format: session.format.name, row: "of the header"), notes: session.notes)
    let version = try header.requiredString("format")
    guard version == NativeFormat.version else {
      throw header.misfit("format", "expected \"\(NativeFormat.version)\", found \"\(version.prefix(40))\"")
    }
    session.metadata[NativeFormat.exportedAtName] = try text(NativeFormat.exportedAtName, in: header)
    if let source = try header.fields("source") {
      for (name, _) in source.object.members { session.metadata[name] = try text(name, in: source) }
    }
    for provider in try header.list("providers") {
      let slug = try slug("slug", in: provider)
      session.describe(
        Provider(slug: slug, name: try text("name", in: provider), siteURL: try text("site_url", in: provider)))
    }
  }
}
