/// One provider's offers as one body of one source states them.
public struct ProviderListing: Sendable {
  /// Who sells them.
  public var provider: Provider
  /// The offers, in the order of the body; duplicates of an id are tolerated, the last one counts.
  public var offers: [Offer]
  /// The fields that the source states; others are kept as they are.
  public var stated: OfferFields

  /// A listing.
  public init(provider: Provider, offers: [Offer], stated: OfferFields) {
    self.provider = provider
    self.offers = offers
    self.stated = stated
  }
}

/// Something in a body that an operator should know and that did not stop the import.
public struct ImportNotice: Sendable, Hashable, CustomStringConvertible {
  /// What kind of thing it is, so that programs can count.
  public enum Kind: String, Sendable, CaseIterable {
    /// A row is not an offer and was left out.
    case skippedRow = "skipped_row"
    /// A price could not be trusted and was marked unknown.
    case unknownPrice = "unknown_price"
    /// A price is decided per request.
    case dynamicPrice = "dynamic_price"
    /// An id appears more than once; the last row counts.
    case duplicate
    /// Another value was dropped because it means nothing.
    case droppedValue = "dropped_value"
  }

  /// What kind of thing it is.
  public let kind: Kind
  /// The row's place in the body, from 0, or its key.
  public let row: String
  /// The offer, or the empty string where the row has no id.
  public let offer: String
  /// The field.
  public let field: String
  /// What and why.
  public let message: String

  /// A notice.
  public init(_ kind: Kind, row: String, offer: String, field: String, message: String) {
    self.kind = kind
    self.row = row
    self.offer = offer
    self.field = field
    self.message = message
  }

  /// The notice in one line.
  public var description: String { "row \(row) (\(offer)), \(field): \(message)" }
}
