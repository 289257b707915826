/// The name of a provider (a gateway is the same thing): lower-case letters, digits and `-`, `_` or `.`, such as `openrouter`.
///
/// A slug becomes part of keys, metric labels and addresses, so nothing else may ever be one.
public struct ProviderSlug: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The slug as text.
  public let text: String

  /// The longest slug, in bytes.
  public static let maximumLength = 64

  /// Why a text is not a slug.
  public struct Invalid: Error, Equatable, CustomStringConvertible {
    /// The text, cut to a printable length.
    public let text: String
    /// What is wrong, for a person.
    public var description: String {
      "\"\(text)\" is not a provider slug: use 1 to \(maximumLength) lower-case letters, digits, \"-\", \"_\" or \".\", "
        + "starting with a letter or digit"
    }
  }

  /// Checks a text.
  ///
  /// - Throws: ``Invalid`` when it is no slug.
  public init(_ text: String) throws(Invalid) {
    let bytes = text.utf8
    let isAlphanumeric = { (byte: UInt8) in (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
    guard (1...Self.maximumLength).contains(bytes.count), let first = bytes.first, isAlphanumeric(first),
      bytes.allSatisfy({ isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E })
    else { throw Invalid(text: String(text.prefix(80))) }
    self.text = text
  }

  /// A slug that stands in the source code, where a wrong one is a mistake of the programmer.
  package init(literal: StaticString) {
    do {
      try self.init("\(literal)")
    } catch {
      preconditionFailure(error.description)
    }
  }

  /// The slug as text.
  public var description: String { text }

  /// Order of the UTF-8 bytes, the same on every machine.
  public static func < (left: ProviderSlug, right: ProviderSlug) -> Bool { left.text < right.text }
}
