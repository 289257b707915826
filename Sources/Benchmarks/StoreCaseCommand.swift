import ArgumentParser
import Foundation

/// Runs one case and prints its time in nanoseconds and the peak of the process's memory in KiB; `store` starts it.
struct StoreCaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store-case", abstract: "Run one case of \"store\".", shouldDisplay: false)

  @Argument var name: StoreCase
  @Argument var database: String
  @Argument var body: String

  func run() async throws {
    let duration = try await name.run(database: database, body: body)
    let nanoseconds = duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000
    print(nanoseconds, try Self.peakMemory())
  }

  /// `VmHWM` of `/proc/self/status`. Unlike `getrusage` it knows nothing of the process that started this one.
  private static func peakMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({ Int($0) })
    else { throw ValidationError("/proc/self/status has no VmHWM") }
    return kibibytes
  }
}

extension StoreCase: ExpressibleByArgument {}
