import Compression
import HTTPTypes
import Hummingbird
import NIOCore
import TieredCaching

/// The style sheet and the script of the console, compressed once.
struct ConsoleAssets: Sendable {
  private struct Asset: Sendable {
    let type: String
    let plain: ByteBuffer
    let gzip: ByteBuffer
    let tag: String
  }

  private let assets: [String: Asset]

  /// - Throws: ``GzipError`` when they cannot be compressed.
  init() throws {
    assets = [
      "console.css": try Self.asset(PackageResources.console_css, "text/css; charset=utf-8"),
      "console.js": try Self.asset(PackageResources.console_js, "text/javascript; charset=utf-8"),
    ]
  }

  private static func asset(_ bytes: [UInt8], _ type: String) throws -> Asset {
    Asset(
      type: type, plain: ByteBuffer(bytes: bytes), gzip: ByteBuffer(bytes: try Gzip.compress(bytes)),
      tag: FNV1a.hexadecimal(of: bytes))
  }

  /// The address of an asset, which changes with what is in it.
  func address(of name: String) -> String {
    ConsoleAddress.of("\(ConsoleAddress.root)/assets/\(name)", [("v", assets[name]?.tag ?? "")])
  }

  /// The response to a request for an asset.
  ///
  /// - Throws: ``Problem`` when there is no such asset.
  func response(to request: Request, for name: String, query: [(name: String, value: String)]) throws(Problem)
    -> Response
  {
    guard let asset = assets[name] else { throw .notFound("there is nothing at this address") }
    let isGzip = request.headers[.acceptEncoding].map(ResponseFields.acceptsGzip) ?? false
    let tag = "\"\(asset.tag)\(isGzip ? "-gzip" : "")\""
    // Only an address of exactly these bytes may be kept: a worker of another version has others.
    let isExact = query.contains { $0.name == "v" && $0.value == asset.tag }
    var headers = ConsoleHeaders.common
    headers[.eTag] = tag
    headers[.vary] = "accept-encoding"
    headers[.cacheControl] = isExact ? "public, max-age=31536000, immutable" : "no-cache"
    if let field = request.headers[.ifNoneMatch], ResponseFields.matches(ifNoneMatch: field, entityTag: tag) {
      return Response(status: .notModified, headers: headers)
    }
    headers[.contentType] = asset.type
    if isGzip { headers[.contentEncoding] = "gzip" }
    return Response(
      status: .ok, headers: headers, body: ResponseBody(byteBuffer: isGzip ? asset.gzip : asset.plain))
  }
}

/// What browsers are told with everything that the console sends.
enum ConsoleHeaders {
  static let common: HTTPFields = {
    var fields: HTTPFields = [
      .contentSecurityPolicy: """
      default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
      form-action 'self'; base-uri 'none'; frame-ancestors 'none'
      """,
      .xContentTypeOptions: "nosniff",
    ]
    // With no-referrer, browsers would hide where a form comes from, too.
    if let name = HTTPField.Name("Referrer-Policy") { fields[name] = "same-origin" }
    return fields
  }()

  /// Those of a page.
  static let page: HTTPFields = {
    var fields = common
    fields[.contentType] = "text/html; charset=utf-8"
    fields[.vary] = "accept-encoding"
    return fields
  }()
}
