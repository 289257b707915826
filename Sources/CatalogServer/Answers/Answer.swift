import Catalog
import NIOCore

/// A complete response of one catalog version: the same bytes whichever way it is sent.
struct Answer: Sendable {
  /// The view that it shows, from a closed set of names.
  let view: String
  /// The body as it is.
  let identity: Body
  /// The body compressed, once that has been prepared.
  private(set) var gzip: Body?
  /// Whether a compressed body is worth it.
  let isCompressible: Bool

  /// One encoding of the body with its header fields, which are the same in every response.
  struct Body: Sendable {
    /// The bytes.
    let bytes: ByteBuffer
    /// The entity tag, with its quotes; different for every encoding, as a strong tag must be (RFC 9110, section 8.8.1).
    let entityTag: String
    /// The header fields that never change.
    let fields: [(name: String, value: String)]
    /// ``fields`` as they go over the wire, each with its line end.
    let encodedFields: ByteBuffer

    /// The fields of a response that says that the client's copy is still good (RFC 9110, section 15.4.5).
    var notModifiedFields: [(name: String, value: String)] {
      fields.filter { !$0.name.hasPrefix("content-") }
    }

    init(bytes: ByteBuffer, entityTag: String, version: String, encoding: String?) {
      self.bytes = bytes
      self.entityTag = entityTag
      var fields = [
        ("content-type", "application/json"),
        ("content-length", String(bytes.readableBytes)),
        ("etag", entityTag),
        ("cache-control", Answer.cacheControl),
        ("vary", "accept-encoding"),
        ("x-catalog-version", version),
      ]
      if let encoding { fields.append(("content-encoding", encoding)) }
      self.fields = fields
      var encoded = ByteBuffer()
      for (name, value) in fields { encoded.writeString("\(name): \(value)\r\n") }
      self.encodedFields = encoded
    }
  }

  /// Shared caches may keep an answer for the staleness bound; after it they revalidate, and may serve the old answer
  /// for the times that this server itself would.
  static let cacheControl = "public, max-age=1, stale-while-revalidate=30, stale-if-error=3600"

  /// Bodies below this size, in bytes, are not worth compressing.
  static let compressionThreshold = 1_024

  /// An answer without compressed body.
  ///
  /// - Parameters:
  ///   - view: the view that it shows.
  ///   - bytes: the body.
  ///   - tag: what tells this answer from others of the same version.
  ///   - version: the catalog version.
  ///   - isCompressible: false for answers that are built anew for every request.
  init(view: String, bytes: ByteBuffer, tag: String, version: String, isCompressible: Bool = true) {
    self.view = view
    self.isCompressible = isCompressible && bytes.readableBytes >= Self.compressionThreshold
    identity = Body(bytes: bytes, entityTag: "\"\(version)-\(tag)\"", version: version, encoding: nil)
  }

  /// Adds the compressed body.
  mutating func addGzip(_ bytes: ByteBuffer, tag: String, version: String) {
    gzip = Body(bytes: bytes, entityTag: "\"\(version)-\(tag)-gzip\"", version: version, encoding: "gzip")
  }

  /// What it costs to keep, in bytes.
  var cost: Int { 1_024 + identity.bytes.readableBytes + (gzip?.bytes.readableBytes ?? 0) }

  /// The encoding to send; nil when the compressed one is wanted, worth it and not prepared yet.
  func body(acceptsGzip: Bool) -> Body? { acceptsGzip && isCompressible ? gzip : identity }
}

extension Answer {
  /// A short name of a request target for entity tags: FNV-1a, 64 bits, in hexadecimal.
  static func tag(of target: some Sequence<UInt8>) -> String {
    var state: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in target {
      state ^= UInt64(byte)
      state &*= 0x100_0000_01b3
    }
    return String(state, radix: 16)
  }
}
