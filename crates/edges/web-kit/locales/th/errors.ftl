# A page that is not there: what, and what to do
status-broken = เกิดข้อผิดพลาด
status-broken-hint = ลองอีกครั้ง หากเกิดซ้ำ แจ้งรหัสอ้างอิงแก่ผู้ดูแลระบบ
status-forbidden = ไม่มีสิทธิ์เข้าถึง
status-forbidden-hint = บทบาทของคุณเปิดหน้านี้ไม่ได้ ขอสิทธิ์จากผู้จัดการหรือผู้ดูแลระบบ
status-not-found = ไม่พบ
status-not-found-hint = ไม่มีหน้านี้ หรือคุณไม่มีสิทธิ์ดู ตรวจสอบที่อยู่ หรือใช้การค้นหา
status-conflict = มีผู้อื่นแก้ไขก่อนแล้ว
status-conflict-hint = ย้อนกลับแล้วโหลดหน้าใหม่เพื่อดูข้อมูลล่าสุด จากนั้นแก้ไขอีกครั้ง
status-refused = ทำรายการนี้ไม่ได้
status-refused-hint = ตรวจสอบคำขอแล้วลองอีกครั้ง
status-too-many = ส่งคำขอบ่อยเกินไป
status-too-many-hint = รอสักครู่ แล้วลองอีกครั้ง
status-unavailable = ยังใช้งานไม่ได้ในขณะนี้
status-unavailable-hint = ระบบกำลังเริ่มทำงานหรือกำลังกู้คืน ลองอีกครั้งในหนึ่งนาที
status-offline = ไม่มีการเชื่อมต่อ
status-offline-hint = ตรวจสอบเครือข่าย ข้อมูลที่กรอกไว้ยังอยู่ในแบบฟอร์ม

# Hints for requests that make no sense
hint-check-address = ที่อยู่นี้ระบุสิ่งที่ไม่มีอยู่ เริ่มใหม่จากหน้าก่อนหน้า
hint-form-expired = เปิดแบบฟอร์มไว้นานเกินไป เปิดใหม่แล้วกรอกอีกครั้ง
hint-too-large = ไฟล์ใหญ่เกินไป แบ่งไฟล์ หรือนำเข้าด้วยคำสั่ง
hint-choose-one = ระบุว่าต้องการดูตัวเลขของใครหรือของอะไร

# What is wrong with a field, and what to do
error-required = จำเป็นต้องกรอกช่องนี้
error-not-a-number = ไม่ใช่ตัวเลข กรอกตัวเลขโดยใช้จุดนำหน้าทศนิยม
error-not-whole = ไม่ใช่จำนวนเต็ม ตัดทศนิยมออก
error-too-many-decimals = ทศนิยมมากเกินไป กรอกได้ไม่เกิน { $count } ตำแหน่ง
error-too-large = ตัวเลขใหญ่เกินกว่าจะเก็บได้ ตรวจสอบอีกครั้ง
error-not-a-date = ไม่ใช่วันที่ กรอกปี เดือน วัน เช่น 2026-11-21
error-not-a-choice = ไม่ใช่ตัวเลือกที่มี เลือกจากรายการ
error-not-an-email = ไม่ใช่อีเมล กรอกในรูปแบบ name@company.com
error-not-a-currency = ไม่ใช่รหัสสกุลเงิน กรอกตัวอักษรสามตัว เช่น THB
error-too-long = ยาวเกิน { $count } ตัวอักษร ย่อให้สั้นลง
error-no-such-record = ไม่มีรายการนี้ หรือคุณไม่มีสิทธิ์ใช้ เลือกรายการอื่น
error-not-yours = เลือกตัวคุณเองหรือผู้ใต้บังคับบัญชาของคุณ
error-question-too-large = ข้อมูลเบื้องหลังมากเกินกว่าจะตอบได้ในครั้งเดียว เลือกช่วงเวลาให้สั้นลง หน่วยเวลาให้หยาบขึ้น หรือคนให้น้อยลง
error-end-before-start = วันสิ้นสุดอยู่ก่อนวันเริ่ม สลับสองช่องนี้
error-not-yet = วันนั้นยังมาไม่ถึง เลือกวันนี้หรือวันก่อนหน้า
error-not-over = งวดนี้ยังไม่สิ้นสุด รอจนพ้นวันสุดท้าย
error-closed-already = งวดนี้ซ้อนกับงวดที่ปิดแล้ว เปิดงวดนั้นอีกครั้งก่อน
error-plan-is-old = มีการบันทึกเพิ่มหลังจากที่คุณดู ดูอีกครั้งแล้วจึงตัดสินใจ
error-duplicate = มีรายการเช่นนี้อยู่แล้ว เปิดรายการเดิม หรือแก้ไขรายการนี้

scorecard-error-file = อ่านไฟล์ไม่ได้: { $what }
scorecard-error-no-kpi = ไม่มี KPI { $kpi }
scorecard-error-twice = { $kpi } ปรากฏสองครั้ง
scorecard-error-company = { $kpi } มีเฉพาะค่าของบริษัท ไม่มีค่าของบุคคล
scorecard-error-kam = การปฏิบัติตามแผนการเยี่ยมไม่ใช้กับผู้จัดการลูกค้ารายสำคัญ เพราะการเยี่ยมไม่ผูกกับแผน
scorecard-error-weight = { $kpi }: น้ำหนักต้องมากกว่า 0 และมีทศนิยมไม่เกินสองตำแหน่ง ไม่ใช่ { $what }
scorecard-error-whole = น้ำหนักรวมเป็น { $what }% ไม่ใช่ 100%
scorecard-error-curve-more = { $kpi }: KPI นี้ยิ่งมากยิ่งดี แต่เส้นคะแนน { $what } ให้คะแนนค่าน้อย
scorecard-error-curve-less = { $kpi }: KPI นี้ยิ่งน้อยยิ่งดี แต่เส้นคะแนน { $what } ให้คะแนนค่ามาก
scorecard-error-target = { $kpi }: เป้าหมายต้องเป็นตัวเลขมากกว่าศูนย์ ไม่ใช่ { $what }
scorecard-error-name = มีกลุ่มที่ไม่มีชื่อภาษาอังกฤษ
scorecard-error-empty = ไม่มี KPI
scorecard-error-empty-group = กลุ่ม { $what } ยังไม่มี KPI เพิ่ม KPI หรือลบชื่อกลุ่ม
scorecard-error-shape = { $what } ไม่ใช่เส้นคะแนน: เริ่มด้วย linear, step หรือ band หรือเขียนคำเดียวว่า linear, inverse, milestone, binary
scorecard-error-point = ในเส้นคะแนน { $what } ไม่ใช่จุด: เขียนเช่น 80%:60 หรือ 72:60 สำหรับค่าของ KPI
scorecard-error-few = { $what }: เส้นคะแนนต้องมีอย่างน้อยสองจุด ขั้นบันไดอย่างน้อยหนึ่งจุด
scorecard-error-mixed = { $what }: ทุกจุดเป็นสัดส่วนของเป้าหมายโดยมี (%) หรือไม่มีเลย
scorecard-error-order = { $what }: จุดต้องเรียงขึ้นหรือลง และคะแนนไปทางเดียวกัน
error-not-explained = ตัวเลขนี้ไม่ใช่ผลรวมของแถว จึงไม่มีแถวที่อธิบายได้ ดูว่าตัวเลขข้างเคียงเปลี่ยนเพราะอะไร
error-scorecard-broken = อ่านสกอร์การ์ดของบริษัทสำหรับบทบาทหนึ่งไม่ได้ แก้ไขที่หน้าสกอร์การ์ด
scorecard-error-absolute = { $kpi }: ค่าโตตามงวด จุดของเส้นคะแนนจึงเป็นสัดส่วนของเป้าหมาย เช่น 80%:60
