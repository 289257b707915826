import Catalog
import Compression
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import TieredCaching

/// What describes the HTTP interface: a document for programs (OpenAPI 3.1), and the page for people that is made of it. Both
/// are encoded once, when the server starts.
struct APIDescription: Sendable {
  /// One of the two, ready to be sent.
  struct Body: Sendable {
    let fields: HTTPFields
    let entityTag: String
    let identity: ByteBuffer
    let gzip: ByteBuffer
  }

  let document: Body
  let page: Body

  /// How long others may keep them: they only change with the program.
  private static let cacheControl = "public, max-age=300"

  /// It is ours, and larger than what clients may send.
  private static let limits = JSONLimits(depth: 32, values: 200_000, stringBytes: 65_536)

  /// Reads a document.
  ///
  /// - Throws: when it is no JSON object that can be shown.
  init(document bytes: [UInt8]) throws {
    let page = DescriptionPage(try JSONReader.parse(bytes, limits: Self.limits))
    document = try Self.body(bytes, [.contentType: "application/json"])
    let digest = Data(SHA256.hash(data: Data(DescriptionPage.style.utf8))).base64EncodedString()
    self.page = try Self.body(
      Array(page.html.utf8),
      [
        .contentType: "text/html; charset=utf-8",
        .contentSecurityPolicy: "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; "
          + "form-action 'none'; frame-ancestors 'none'",
        .xContentTypeOptions: "nosniff",
      ])
  }

  private static func body(_ bytes: [UInt8], _ fields: HTTPFields) throws -> Body {
    Body(
      fields: fields + [.cacheControl: cacheControl, .vary: "accept-encoding"],
      entityTag: FNV1a.hexadecimal(of: bytes), identity: ByteBuffer(bytes: bytes),
      gzip: ByteBuffer(bytes: try Gzip.compress(bytes, level: 9)))
  }
}

extension APIDescription.Body {
  /// The response to a request for it.
  func response(to request: Request) -> Response {
    let isPacked = request.headers[.acceptEncoding].map(ResponseFields.acceptsGzip) ?? false
    let tag = isPacked ? "\"\(entityTag)-gzip\"" : "\"\(entityTag)\""
    var fields = fields
    fields[.eTag] = tag
    if let field = request.headers[.ifNoneMatch], ResponseFields.matches(ifNoneMatch: field, entityTag: tag) {
      fields[.contentType] = nil
      return Response(status: .notModified, headers: fields)
    }
    if isPacked { fields[.contentEncoding] = "gzip" }
    return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: isPacked ? gzip : identity))
  }
}
