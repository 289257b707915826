/// The name of a part: the unit that is loaded, shared and replaced as a whole.
public struct PartID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The name as text.
  public let text: String

  /// A name; the caller has checked that it may be part of a key.
  public init(_ text: String) { self.text = text }

  /// Whether it names something derived from the other parts. It has a revision, so that it can be invalidated, and no
  /// content of its own.
  public var isDerived: Bool { text.utf8.first == UInt8(ascii: "*") }

  /// The name as text.
  public var description: String { text }

  /// Order of the UTF-8 bytes.
  public static func < (left: PartID, right: PartID) -> Bool { left.text < right.text }
}

/// Names the content of a part: equal labels of one lifetime are equal bytes.
public struct PartLabel: Sendable, Hashable, CustomStringConvertible {
  /// The revision that the database gave it.
  public let revision: Revision
  /// The token of the content that was cached by hand instead of what the database has at this revision.
  public let override: String?

  /// A label.
  public init(revision: Revision, override: String? = nil) {
    self.revision = revision
    self.override = override
  }

  /// The revision, and the token after a `+`.
  public var description: String { override.map { "\(revision)+\($0)" } ?? "\(revision)" }
}

/// A number that the database raises in the same transaction as any change to a part. It only ever goes up.
public struct Revision: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The number.
  public let number: Int64

  /// Before any change.
  public static let zero = Revision(0)

  /// A revision by its number.
  public init(_ number: Int64) { self.number = number }

  /// The number as text.
  public var description: String { String(number) }

  /// Earlier before later.
  public static func < (left: Revision, right: Revision) -> Bool { left.number < right.number }
}
