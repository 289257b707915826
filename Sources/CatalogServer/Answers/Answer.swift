import Catalog
import NIOCore

/// A complete response of one catalog version: the same bytes whichever way it is sent.
struct Answer: Sendable {
  /// The view that it shows.
  let view: View
  /// The body as it is.
  let identity: Body
  /// The body compressed, once that has been prepared.
  private(set) var gzip: Body?
  /// Whether a compressed body is worth it.
  let isCompressible: Bool

  /// One encoding of the body with its header fields, which are the same in every response.
  struct Body: Sendable {
    /// The bytes.
    let content: Content
    /// The entity tag, with its quotes; different for every encoding, as a strong tag must be (RFC 9110, section 8.8.1).
    let entityTag: String
    /// `content-encoding`, where there is one.
    let encoding: String?
    /// The catalog version.
    let version: String
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
  init(view: View, content: Content, tag: String, version: String) {
    self.view = view
    if case .buffer(let buffer) = content {
      isCompressible = buffer.readableBytes >= Self.compressionThreshold
    } else {
      // Built anew for every request.
      isCompressible = false
    }
    identity = Body(content: content, entityTag: "\"\(version)-\(tag)\"", encoding: nil, version: version)
  }

  /// Adds the compressed body.
  mutating func addGzip(_ bytes: ByteBuffer) {
    let tag = "\(identity.entityTag.dropLast())-gzip\""
    gzip = Body(content: .buffer(bytes), entityTag: tag, encoding: "gzip", version: identity.version)
  }

  /// What it costs to keep, in bytes.
  var cost: Int { 1_024 + identity.content.count + (gzip?.content.count ?? 0) }

  /// The encoding to send; nil when the compressed one is wanted, worth it and not prepared yet.
  func body(acceptsGzip: Bool) -> Body? { acceptsGzip && isCompressible ? gzip : identity }
}

extension Answer.Body {
  /// Hands each header field that is the same in every response with this body to `write`, in order.
  ///
  /// - Parameter isNotModified: whether the client's copy is still good; then nothing is said about the content
  ///   (RFC 9110, section 15.4.5).
  @inline(__always)
  func forEachField(isNotModified: Bool, _ write: (_ name: StaticString, _ value: String) -> Void) {
    if !isNotModified {
      write("content-type", "application/json")
      write("content-length", String(content.count))
      if let encoding { write("content-encoding", encoding) }
    }
    write("etag", entityTag)
    write("cache-control", Answer.cacheControl)
    write("vary", "accept-encoding")
    write("x-catalog-version", version)
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
