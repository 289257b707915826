import Catalog
import NIOCore

/// A complete response of one catalog version: the same bytes whichever way it is sent.
///
/// A class, so that handing it from tier to connection copies one reference.
final class Answer: Sendable {
  /// The view that it shows.
  let view: View
  /// The body as it is.
  let identity: Body
  /// The body compressed, if that has been prepared.
  let gzip: Body?
  /// One encoding of the body with its header fields, which are the same in every response.
  final class Body: Sendable {
    /// The bytes.
    let content: Content
    /// The header fields.
    let fields: Fields
    /// The fields as they are sent; nil for a body that is built anew for every request.
    private let encodedFields: (modified: [UInt8], notModified: [UInt8])?

    init(content: Content, entityTag: String, encoding: String?, version: String, end: AnnouncedEnd) {
      let fields = Fields(
        length: content.count, entityTag: entityTag, encoding: encoding, version: version, end: end)
      self.content = content
      self.fields = fields
      encodedFields =
        content.isKept ? (fields.encoded(isNotModified: false), fields.encoded(isNotModified: true)) : nil
    }

    /// The entity tag, with its quotes; different for every encoding, as a strong tag must be (RFC 9110, section 8.8.1).
    var entityTag: String { fields.entityTag }

    /// Appends the fields as they are sent.
    func appendFields(isNotModified: Bool, to head: inout [UInt8]) {
      if let encodedFields {
        head += isNotModified ? encodedFields.notModified : encodedFields.modified
      } else {
        fields.forEach(isNotModified: isNotModified) { name, value in head.appendField(name, value) }
      }
    }
  }

  /// The bytes of a body: a buffer of their own, or the record that the catalog holds already.
  enum Content: Sendable {
    case buffer(ByteBuffer)
    case record([UInt8])

    var count: Int {
      switch self {
      case .buffer(let buffer): buffer.readableBytes
      case .record(let bytes): bytes.count
      }
    }

    /// Whether it is kept for later requests.
    var isKept: Bool {
      if case .buffer = self { true } else { false }
    }

    /// The bytes as a buffer; copies a record.
    var buffer: ByteBuffer {
      switch self {
      case .buffer(let buffer): buffer
      case .record(let bytes): ByteBuffer(bytes: bytes)
      }
    }
  }

  /// Shared caches may keep an answer for the staleness bound; after it they revalidate, and may serve the old answer
  /// for the times that this server itself would.
  fileprivate static let cacheControl = "public, max-age=1, stale-while-revalidate=30, stale-if-error=3600"

  /// Bodies below this size, in bytes, are not worth compressing.
  private static let compressionThreshold = 1_024

  /// An answer without compressed body.
  ///
  /// - Parameters:
  ///   - view: the view that it shows.
  ///   - content: the body.
  ///   - tag: what tells this answer from others of the same version.
  ///   - version: the catalog version.
  ///   - end: what is announced about what it shows.
  convenience init(view: View, content: Content, tag: String, version: String, end: AnnouncedEnd) {
    let identity = Body(
      content: content, entityTag: "\"\(version)-\(tag)\"", encoding: nil, version: version, end: end)
    self.init(view: view, identity: identity, gzip: nil)
  }

  private init(view: View, identity: Body, gzip: Body?) {
    self.view = view
    self.identity = identity
    self.gzip = gzip
  }

  /// The same answer with a compressed body.
  func compressed(_ bytes: ByteBuffer) -> Answer {
    let tag = "\(identity.entityTag.dropLast())-gzip\""
    let gzip = Body(
      content: .buffer(bytes), entityTag: tag, encoding: "gzip", version: identity.fields.version,
      end: identity.fields.end)
    return Answer(view: view, identity: identity, gzip: gzip)
  }

  /// Whether a compressed body is worth it; never for one that is built anew for every request.
  var isCompressible: Bool { identity.content.isKept && identity.content.count >= Self.compressionThreshold }

  /// What it costs to keep, in bytes.
  var cost: Int { 1_024 + identity.content.count + (gzip?.content.count ?? 0) }

  /// The encoding to send; nil when the compressed one is wanted, worth it and not prepared yet.
  func body(acceptsGzip: Bool) -> Body? { acceptsGzip && isCompressible ? gzip : identity }
}

extension Answer {
  /// The header fields that are the same in every response with one encoding of the body.
  struct Fields: Sendable {
    /// The size of the body in bytes.
    let length: Int
    let entityTag: String
    /// `content-encoding`, where there is one.
    let encoding: String?
    /// The catalog version.
    let version: String
    /// What is announced about what it shows.
    let end: AnnouncedEnd

    /// Hands each field to `write`, in order.
    ///
    /// - Parameter isNotModified: whether the client's copy is still good; then nothing is said about the content
    ///   (RFC 9110, section 15.4.5).
    @inline(__always)
    func forEach(isNotModified: Bool, _ write: (_ name: StaticString, _ value: String) -> Void) {
      if !isNotModified {
        write("content-type", "application/json")
        write("content-length", String(length))
        if let encoding { write("content-encoding", encoding) }
      }
      write("etag", entityTag)
      write("cache-control", Answer.cacheControl)
      write("vary", "accept-encoding")
      write("x-catalog-version", version)
      end.forEach(write)
    }

    fileprivate func encoded(isNotModified: Bool) -> [UInt8] {
      var bytes: [UInt8] = []
      forEach(isNotModified: isNotModified) { name, value in bytes.appendField(name, value) }
      return bytes
    }
  }
}

extension Answer.Content {
  /// Appends the bytes.
  func write(to buffer: inout ByteBuffer) {
    switch self {
    case .buffer(let bytes): buffer.writeImmutableBuffer(bytes)
    case .record(let bytes): buffer.writeBytes(bytes)
    }
  }
}
