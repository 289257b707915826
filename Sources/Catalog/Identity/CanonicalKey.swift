/// The identity of a model across providers, such as `openai/gpt-4o` or `meta/llama-3.1-8b-instruct`.
///
/// Two offers are the same model when their keys are equal. A key is itself an id: parsing ``text`` gives the key again.
public struct CanonicalKey: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Who made the model: a slug of the curated vendor table, else the organisation that the id names, in lower case; nil
  /// where neither the id nor the family of the model tells.
  public let vendor: String?
  /// The name of the model in normal form, with the version, size, variant and date that set it apart.
  public let model: String

  /// A key of parts that are already in normal form; ``ModelIdentity/parse(modelID:provider:ownedBy:huggingFaceID:)``
  /// brings an id there.
  public init(vendor: String?, model: String) {
    self.vendor = vendor
    self.model = model
  }

  /// `vendor/model`, or `model` where the vendor is unknown.
  public var text: String {
    if let vendor { "\(vendor)/\(model)" } else { model }
  }

  /// The same as ``text``.
  public var description: String { text }

  /// Order of the UTF-8 bytes of ``text``.
  public static func < (left: CanonicalKey, right: CanonicalKey) -> Bool { left.text < right.text }
}
