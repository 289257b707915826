/// Gives equal values equal numbers, so that a state can be stored as a few numbers and compared exactly.
struct Interner<Value: Hashable> {
  private var numbers: [Value: UInt32] = [:]
  private(set) var values: [Value] = []

  mutating func number(of value: Value) -> UInt32 {
    if let number = numbers[value] { return number }
    let number = UInt32(values.count)
    numbers[value] = number
    values.append(value)
    return number
  }

  subscript(number: UInt32) -> Value { values[Int(number)] }
}
