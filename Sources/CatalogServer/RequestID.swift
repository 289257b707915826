import Catalog
import HTTPTypes

/// What a request is called in logs and traces, here and at whoever sent it: the field `X-Request-Id`.
enum RequestID {
  /// The field.
  static let field = HTTPField.Name("X-Request-Id")

  private static let maximumLength = 64

  /// Whether a client's name for its request can be taken: 1 to 64 of `A-Z`, `a-z`, `0-9`, `.`, `_` and `-`.
  static func isPlain(_ bytes: some Collection<UInt8>) -> Bool {
    !bytes.isEmpty && bytes.count <= maximumLength
      && bytes.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
      }
  }

  /// The name of a request: what the client says if it is plain, else a new one.
  static func of(_ fields: HTTPFields) -> String {
    guard let field, let name = fields[field], isPlain(name.utf8) else { return CatalogService.randomID() }
    return name
  }
}
