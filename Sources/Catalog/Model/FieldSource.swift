/// Where a value comes from, and when it was observed.
public struct FieldSource: Sendable, Hashable {
  /// The source, as ``Offer/source``.
  public let source: String
  /// When it was observed there, in seconds since 1970.
  public let observedAt: Int

  /// A source.
  public init(source: String, observedAt: Int) {
    self.source = source
    self.observedAt = observedAt
  }
}
