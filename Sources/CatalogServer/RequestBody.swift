import Catalog
import HTTPTypes
import Hummingbird
import NIOCore
import TieredCaching

extension Request {
  /// The body as a whole. While it comes, the request has no place among those that are answered.
  ///
  /// - Throws: ``Problem`` when it is larger than `limit` bytes, or the server has too many requests once it has come.
  func wholeBody(upTo limit: Int, _ admission: Admission) async throws -> ByteBuffer {
    do {
      return try await admission.withoutPlace { try await body.collect(upTo: limit) }
    } catch is NIOTooManyBytesError {
      throw Problem(
        status: .contentTooLarge, kind: "content-too-large", detail: "the body is larger than \(limit) bytes")
    }
  }

  /// The body as JSON, read up to the limits.
  ///
  /// - Throws: ``Problem`` when it is too large or not JSON.
  func jsonBody(limits: ServerLimits, _ admission: Admission) async throws -> JSONValue {
    let buffer = try await wholeBody(upTo: limits.bodyBytes, admission)
    do {
      return try JSONReader.parse(Array(buffer.readableBytesView), limits: .small)
    } catch {
      throw Problem.badRequest("the body is not JSON: \(error)")
    }
  }
}

extension Response {
  /// A response with a JSON body that nobody may keep.
  static func json(_ body: ByteBuffer, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: body))
  }

  /// A response that is of no catalog version, and that whoever has it already is not sent again. Its entity tag is made of
  /// its bytes, so it may be kept, and has to be asked for again before it is used.
  static func validated(_ body: ByteBuffer, type: String = "application/json", for request: Request) -> Response {
    let tag = "\"\(FNV1a.hexadecimal(of: body.readableBytesView))\""
    let fields: HTTPFields = [.eTag: tag, .cacheControl: "no-cache"]
    if let field = request.headers[.ifNoneMatch], ResponseFields.matches(ifNoneMatch: field, entityTag: tag) {
      return Response(status: .notModified, headers: fields)
    }
    return Response(
      status: .ok, headers: fields + [.contentType: type], body: ResponseBody(byteBuffer: body))
  }
}
