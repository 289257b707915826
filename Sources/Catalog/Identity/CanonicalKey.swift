/// The identity of a model across providers, such as `openai/gpt-4o` or `meta/llama-3.1-8b-instruct`.
///
/// Two offers are the same model when their keys are equal. A key is itself an id: parsing ``text`` gives the key again.
public struct CanonicalKey: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Who made the model: a slug of the curated vendor table, else the organisation that the id names, in lower case; nil
  /// where neither the id nor the family of the model tells.
  public let vendor: String?
  /// The name of the model in normal form, with the version, size, variant and date that set it apart.
  public let model: String
  /// `vendor/model`, or `model` where the vendor is unknown; kept because keys are compared and looked up by it.
  public let text: String

  /// A key of parts that are already in normal form; ``ModelIdentity/parse(modelID:provider:ownedBy:huggingFaceID:)``
  /// brings an id there.
  public init(vendor: String?, model: String) {
    self.vendor = vendor
    self.model = model
    if let vendor { text = "\(vendor)/\(model)" } else { text = model }
  }

  /// The same as ``text``.
  public var description: String { text }

  /// Whether the texts are equal.
  public static func == (left: CanonicalKey, right: CanonicalKey) -> Bool { left.text == right.text }

  /// Hashes the text.
  public func hash(into hasher: inout Hasher) { hasher.combine(text) }

  /// Order of the UTF-8 bytes of ``text``.
  public static func < (left: CanonicalKey, right: CanonicalKey) -> Bool { left.text < right.text }
}
