import NIOCore
import TieredCaching

/// The manifest as the fields of a hash; see ``Scripts``.
enum ManifestFields {
  /// The manifest that the fields say.
  ///
  /// - Throws: ``Invalid`` when somebody wrote something else there.
  static func parse(_ fields: [String: ByteBuffer]) throws(Invalid) -> SharedManifest {
    let text = { (name: String) throws(Invalid) in
      guard let value = fields[name] else { throw Invalid(field: name) }
      return String(buffer: value)
    }
    var manifest = SharedManifest(
      stamp: SharedStamp(nonce: try text("nonce"), stamp: try text("stamp")), isComplete: try text("complete") == "1",
      lifetime: try text("lifetime"), revisions: [:])
    for (field, value) in fields where field.utf8.dropFirst().first == UInt8(ascii: ":") {
      let part = PartID(String(field.dropFirst(2)))
      let value = String(buffer: value)
      switch field.utf8.first {
      case UInt8(ascii: "r"): manifest.revisions[part] = try revision(value, field)
      case UInt8(ascii: "f"): manifest.floors[part] = try revision(value, field)
      case UInt8(ascii: "o"):
        let words = value.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { throw Invalid(field: field) }
        manifest.overrides[part] = PartOverride(base: try revision(String(words[0]), field), token: String(words[1]))
      default: throw Invalid(field: field)
      }
    }
    return manifest
  }

  private static func revision(_ text: String, _ field: String) throws(Invalid) -> Revision {
    // The scripts compare digits, so there must be one way only to write a number.
    guard let number = Int64(text), number >= 0, String(number) == text else { throw Invalid(field: field) }
    return Revision(number)
  }

  /// A field is missing or not what it should be.
  struct Invalid: Error {
    let field: String
  }
}
