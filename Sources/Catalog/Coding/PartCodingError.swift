/// Why bytes are not an encoded part. To the reader of a cache each of these is a miss.
public enum PartCodingError: Error, Equatable, CustomStringConvertible {
  /// The bytes do not begin like a part.
  case notAPart
  /// The part was written in another format, or by a program that knows other names of capabilities, units and so on.
  case otherFormat(found: String, expected: String)
  /// The bytes end before the part does, at this offset.
  case truncated(offset: Int)
  /// A value cannot be what it stands for.
  case invalid(field: String, offset: Int)
  /// The part is that of another provider than the one asked for.
  case otherProvider(found: String, expected: String)

  /// What is wrong, for a person.
  public var description: String {
    switch self {
    case .notAPart: "the bytes are no encoded part"
    case .otherFormat(let found, let expected): "the part has format \(found), this program reads \(expected) only"
    case .truncated(let offset): "the part is cut at byte \(offset)"
    case .invalid(let field, let offset): "the part has an invalid \(field) at byte \(offset)"
    case .otherProvider(let found, let expected): "the part is that of \(found), not of \(expected)"
    }
  }
}
