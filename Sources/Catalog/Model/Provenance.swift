/// Where those fields of an offer come from that do not come from its own ``Offer/source``.
public struct Provenance: Sendable, Hashable {
  private var sources: [OfferFields: FieldSource] = [:]

  /// Everything comes from the offer's own source.
  public init() {}

  /// Whether everything comes from the offer's own source.
  public var isEmpty: Bool { sources.isEmpty }

  /// The source of one field; nil where it is the offer's own.
  public subscript(_ field: OfferFields) -> FieldSource? {
    get { sources[field] }
    set { sources[field] = newValue }
  }

  /// The fields that come from elsewhere, in the order of ``OfferFields/named``.
  public var fields: [(name: String, source: FieldSource)] {
    OfferFields.named.compactMap { name, field in sources[field].map { (name, $0) } }
  }

  /// An object with a member for each such field, such as `{"pricing":{"source":"litellm","observed_at":1700000000}}`. Equal
  /// values always give the same text.
  public var json: String {
    guard !isEmpty else { return "{}" }
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }

  /// Writes the object that ``json`` is.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      for (name, source) in fields {
        json.name(dynamic: name)
        json.object { json in
          json.member("source", source.source)
          json.member("observed_at", source.observedAt)
        }
      }
    }
  }

  /// Reads what ``json`` writes.
  ///
  /// - Throws: ``OfferError`` when the text is anything else.
  public init(json: String) throws(OfferError) {
    guard json != "{}" else { return }
    let value: JSONValue
    do {
      value = try JSONReader.parse(json, limits: .small)
    } catch {
      throw Self.misfit(error.description)
    }
    guard let object = value.object else { throw Self.misfit("must be an object, not \(value.kind)") }
    for (name, value) in object.members {
      guard let field = OfferFields.named.first(where: { $0.name == name })?.field else {
        throw Self.misfit("\"\(name.prefix(40))\" is no field of an offer")
      }
      guard let source = value.object?["source"]?.string, let observedAt = value.object?["observed_at"]?.int,
        (1...Offer.maximumIDLength).contains(source.utf8.count)
      else {
        throw Self.misfit("\(name) must have a source and a time at which it was observed")
      }
      sources[field] = FieldSource(source: source, observedAt: observedAt)
    }
  }

  private static func misfit(_ reason: String) -> OfferError { OfferError(field: "provenance", reason: reason) }
}

extension Offer {
  /// Where one field comes from.
  public func source(of field: OfferFields) -> FieldSource {
    provenance[field] ?? FieldSource(source: source, observedAt: observedAt)
  }

  /// Says where one field comes from; nothing where that is the offer's own source, or where the field says nothing.
  mutating func attribute(_ field: OfferFields, to source: FieldSource) {
    provenance[field] = source.source == self.source || !carriedFields.contains(field) ? nil : source
  }
}
